using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Attributions;

/// <summary>
/// Artist and copyright from a photo's EXIF. The text is untrusted, so it is sanitised and cut to <see cref="UntrustedText.MaxLength"/>.
/// </summary>
internal sealed record Attribution(string? Copyright, string? Artist)
{
    public const ushort ArtistTag = 0x013B;
    public const ushort CopyrightTag = 0x8298;

    public bool IsEmpty => Copyright is null && Artist is null;

    /// <summary>Both are null if the file has no readable attribution.</summary>
    public static Attribution Read(ReadOnlySpan<byte> source, ImageType type)
    {
        var exif = new ExifDirectory(ExifFinder.Find(source, type));

        // The copyright tag holds two zero-terminated texts: the photographer's and the editor's.
        return new Attribution(
            UntrustedText.Read(exif.Text(CopyrightTag), parts: 2), UntrustedText.Read(exif.Text(ArtistTag), parts: 1));
    }
}
