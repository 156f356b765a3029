using Pipeline.Imaging.Headers;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.InputFiltering;

/// <summary>Removes everything from an extended WebP except pixels, frames and a colour profile of a plausible size.</summary>
internal static class WebpInputFilter
{
    /// <summary>In bytes. The profile of an animation is applied to each of its frames; profiles of screens have a few KiB.</summary>
    private const int MaxProfileOfAnimation = 64 * 1024;

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

        var longestProfile = (header[0] & WebpFlags.Animation) != 0 ? MaxProfileOfAnimation : IccProfiles.MaxLength;
        var (hasProfile, mayHaveProfile) = (false, (header[0] & WebpFlags.Profile) != 0);
        var chunks = new SegmentList();
        while (reader.Next())
        {
            if (reader.Is("ICCP"u8))
            {
                if (mayHaveProfile && reader.Data.Length <= longestProfile)
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
