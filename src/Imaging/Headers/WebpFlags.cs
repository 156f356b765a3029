namespace Pipeline.Imaging.Headers;

/// <summary>Flags in the header (VP8X) of an extended WebP.</summary>
internal static class WebpFlags
{
    public const byte Animation = 0x02;
    public const byte Exif = 0x08;
    public const byte Alpha = 0x10;
    public const byte Profile = 0x20;
}
