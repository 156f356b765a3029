using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>A small photo: what breaks here does not depend on its size, and the more of them the better.</summary>
internal static class Photo
{
    /// <summary>Of the profile's widths only 320 and 640 fit into it, each as JPEG and WebP.</summary>
    public const int Variants = 4;

    private static readonly Lazy<byte[]> Made = new(() =>
    {
        using var photos = new Photos();
        return File.ReadAllBytes(photos.Photo("photo.jpg", 640, 480, "-quality", "85"));
    });

    public static byte[] Bytes => Made.Value;
}
