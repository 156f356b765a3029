using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// Keeps only the picture or the frames of a WebP, with alpha and colour profile. Removes metadata and unknown chunks, inside frames too.
/// The compressed pixels stay as they are.
/// </summary>
internal static class WebpMetadataStripper
{
    /// <returns>Null if the image cannot be parsed to its end.</returns>
    public static SegmentList? Clean(ReadOnlySpan<byte> source, byte[] exif)
    {
        var reader = RiffReader.OfFile(source);
        var extended = WebpHeader.Read(ref reader);
        if (!extended.IsEmpty)
        {
            return Extended(reader, extended.ToArray(), exif);
        }

        if (!WebpHeader.IsPixels(reader.Name) || WebpHeader.OfPixels(reader.Data, reader.Is("VP8L"u8)) is not { } header)
        {
            return null;
        }

        // Ignore bytes after the single chunk of a simple file.
        var chunks = new SegmentList();
        WebpChunk.Keep(reader, chunks);
        return WebpChunk.File(exif.Length == 0 ? null : header, chunks, exif);
    }

    private static SegmentList? Extended(RiffReader reader, byte[] header, byte[] exif)
    {
        var isAnimation = (header[0] & WebpFlags.Animation) != 0;
        var picture = new WebpPicture();
        var frames = new SegmentList();
        var animation = new SegmentList();
        byte[]? profile = null;
        while (reader.Next())
        {
            if (reader.Is("ICCP"u8))
            {
                profile ??= IccProfiles.Trim(reader.Data).ToArray();
            }
            else if (!isAnimation)
            {
                picture.Take(reader);
            }
            else if (reader.Is("ANIM"u8) && animation.Length == 0 && reader.Data.Length >= 6)
            {
                animation.Add(WebpChunk.Make("ANIM"u8, reader.Data[..6]));
            }
            else if (reader.Is("ANMF"u8) && !WebpPicture.TryTakeFrame(reader, frames))
            {
                return null;
            }
        }

        // Readers use a profile only if the header announces it.
        profile = (header[0] & WebpFlags.Profile) != 0 ? profile ?? [] : [];
        var whole = reader.AtEnd && (isAnimation ? animation.Length > 0 && frames.Length > 0 : picture.IsWhole);
        if (!whole)
        {
            return null;
        }

        var chunks = new SegmentList();
        if (profile.Length > 0)
        {
            chunks.Add(WebpChunk.Make("ICCP"u8, profile));
        }

        chunks.Add(animation);
        chunks.Add(isAnimation ? frames : picture.Chunks);
        header[0] = (byte)((header[0] & (WebpFlags.Alpha | WebpFlags.Animation)) | (profile.Length > 0 ? WebpFlags.Profile : 0));
        header.AsSpan(1, 3).Clear();
        return WebpChunk.File(header, chunks, exif);
    }
}
