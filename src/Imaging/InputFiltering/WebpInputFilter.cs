using Pipeline.Imaging.Headers;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.InputFiltering;

/// <summary>
/// Removes everything from an extended WebP except pixels, frames and the colour profile of a still image. Browsers ignore that of an animation.
/// </summary>
internal static class WebpInputFilter
{
    /// <param name="webp">Starts with the signature of a WebP; the rest can be anything.</param>
    /// <param name="exif">EXIF block that replaces the one in the file; empty for none.</param>
    /// <returns>Null if the file stays as it is.</returns>
    public static SegmentList? Strip(ReadOnlySpan<byte> webp, byte[] exif)
    {
        var reader = RiffReader.OfFile(webp);
        var header = WebpHeader.Read(ref reader).ToArray();
        if (header.Length == 0)
        {
            return null;
        }

        var moves = (header[0] & WebpFlags.Animation) != 0;
        var (hasProfile, mayHaveProfile) = (false, !moves && (header[0] & WebpFlags.Profile) != 0);
        var chunks = new SegmentList();
        while (reader.Next())
        {
            if (reader.Is("ICCP"u8))
            {
                if (mayHaveProfile && reader.Data.Length <= IccProfiles.MaxLength)
                {
                    hasProfile = true;
                    WebpChunk.Keep(reader, chunks);
                }

                // Of several profiles the first counts, also if it is unusable.
                mayHaveProfile = false;
            }
            else if (WebpHeader.IsPixels(reader.Name) || reader.Is("ALPH"u8) || reader.Is("ANIM"u8) || reader.Is("ANMF"u8))
            {
                WebpChunk.Keep(reader, chunks);

                // Browsers follow the pixels where the header says nothing of alpha.
                header[0] |= !moves && reader.Is("VP8L"u8) ? (byte)((WebpHeader.OfPixels(reader.Data, lossless: true)?[0] ?? 0) & WebpFlags.Alpha) : (byte)0;
            }
        }

        // Keep a file that cannot be parsed, and let the decoder accept or reject it.
        if (!reader.AtEnd)
        {
            return null;
        }

        header[0] = (byte)((header[0] & (WebpFlags.Alpha | WebpFlags.Animation)) | (hasProfile ? WebpFlags.Profile : 0));
        return WebpChunk.File(header, chunks, exif);
    }
}
