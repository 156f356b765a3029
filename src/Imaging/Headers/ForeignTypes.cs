namespace Pipeline.Imaging.Headers;

/// <summary>Names the type of a rejected file, because the sender may not know it.</summary>
internal static class ForeignTypes
{
    /// <summary>Returns the type with its article; null if it is unknown.</summary>
    public static string? Name(ReadOnlySpan<byte> bytes) => ImageTypes.Sniff(bytes) is { } type ? $"{type.Spoken()} image" : bytes switch
    {
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "a TIFF or a camera's raw image",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "a BMP image",
        [0, 0, 0, 12, (byte)'j', (byte)'P', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => "a JPEG 2000 image",
        [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', ..] or [0xFF, 0x0A, ..] => "a JPEG XL image",
        [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "a Photoshop document",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF document",
        [0, 0, 1, 0, _, 0, ..] => "an icon file",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "a video, or an image of an unknown type",
        _ => null,
    };
}
