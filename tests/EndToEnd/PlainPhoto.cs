namespace Pipeline.EndToEnd;

/// <summary>
/// A photo that costs a fifth of a <see cref="CameraPhoto"/> and has as many variants, for tests of the processing that do not check
/// the picture.
/// </summary>
internal static class PlainPhoto
{
    private static readonly Lazy<byte[]> Made = new(Make);

    public static byte[] Bytes => Made.Value;

    private static byte[] Make()
    {
        using var photos = new Photos();
        return File.ReadAllBytes(photos.Make("photo.jpg", "-size", "2048x1536", "gradient:navy-orange", "-quality", "90"));
    }
}
