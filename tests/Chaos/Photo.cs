using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>A small photo: faults do not depend on its size, and more photos test more.</summary>
internal static class Photo
{
    /// <summary>It is wide enough for the widths 320 and 640 of the profile, each as JPEG and WebP.</summary>
    public const int Variants = 4;

    private static readonly Lazy<byte[]> Made = new(() =>
    {
        using var photos = new Photos();
        return File.ReadAllBytes(photos.Photo("photo.jpg", 640, 480, "-quality", "85"));
    });

    public static byte[] Bytes => Made.Value;
}
