using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>The chunks of one picture: the first alpha chunk, if it precedes the pixels, and the first pixel chunk.</summary>
internal sealed class WebpPicture
{
    private const int FrameHeaderLength = 16;

    private bool _hasAlpha;

    public SegmentList Chunks { get; } = new();

    public bool IsWhole { get; private set; }

    /// <summary>
    /// Adds a frame of an animation, which is a picture with its own header. False if the header is missing or the frame cannot be parsed.
    /// </summary>
    public static bool TryTakeFrame(RiffReader frame, SegmentList frames)
    {
        if (frame.Data.Length < FrameHeaderLength)
        {
            return false;
        }

        var picture = new WebpPicture();
        var reader = frame.Inside(FrameHeaderLength);
        while (reader.Next())
        {
            picture.Take(reader);
        }

        if (!reader.AtEnd || !picture.IsWhole)
        {
            return false;
        }

        frames.Add(WebpChunk.Head("ANMF"u8, FrameHeaderLength + picture.Chunks.Length));
        frames.Keep(frame.Start, FrameHeaderLength);
        frames.Add(picture.Chunks);
        return true;
    }

    public void Take(RiffReader chunk)
    {
        if (IsWhole)
        {
            return;
        }

        if (WebpHeader.IsPixels(chunk.Name))
        {
            WebpChunk.Keep(chunk, Chunks);
            IsWhole = true;
        }
        else if (chunk.Is("ALPH"u8) && !_hasAlpha)
        {
            WebpChunk.Keep(chunk, Chunks);
            _hasAlpha = true;
        }
    }
}
