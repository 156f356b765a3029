using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Attributions;

/// <summary>Who made a photo and who owns it, as its EXIF says; a stranger wrote it, so it is cleaned and cut to a length.</summary>
internal sealed record Attribution(string? Copyright, string? Artist)
{
    public const ushort ArtistTag = 0x013B;
    public const ushort CopyrightTag = 0x8298;

    public bool IsEmpty => Copyright is null && Artist is null;

    /// <summary>Both null if the file says nothing, or nothing that can be read.</summary>
    public static Attribution Read(ReadOnlySpan<byte> source, ImageType type)
    {
        var exif = new ExifDirectory(ExifFinder.Find(source, type));

        // The photographer's copyright and the editor's share one tag, each with an end of its own.
        return new Attribution(
            UntrustedText.Read(exif.Text(CopyrightTag), parts: 2), UntrustedText.Read(exif.Text(ArtistTag), parts: 1));
    }
}
