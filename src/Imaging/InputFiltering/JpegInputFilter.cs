using Pipeline.Imaging.Headers;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.InputFiltering;

/// <summary>
/// Removes application segments and comments. libjpeg keeps each in a list and walks the whole list to add another: millions of empty ones
/// take hours.
/// </summary>
internal ref struct JpegInputFilter
{
    private const byte Comment = 0xFE;

    /// <summary>For JFIF and Adobe segments together; editors write one of each.</summary>
    private const int MaxColourSegments = 4;

    private readonly ReadOnlySpan<byte> _jpeg;
    private readonly Range[] _profile;
    private readonly JpegFrame _frame;
    private readonly SegmentList _kept = new();
    private int _colourSegments;

    private JpegInputFilter(ReadOnlySpan<byte> jpeg)
    {
        _jpeg = jpeg;
        _profile = JpegProfile.Find(jpeg);
        _frame = JpegFrame.Of(jpeg);
    }

    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
    /// <param name="exif">EXIF block that replaces the one in the file; empty for none.</param>
    public static SegmentList Strip(ReadOnlySpan<byte> jpeg, byte[] exif)
    {
        var stripper = new JpegInputFilter(jpeg);
        stripper._kept.Keep(0, 2);
        if (exif.Length > 0)
        {
            stripper._kept.Add(JpegMetadataStripper.Segment(0xE1, [.. ExifFinder.Prefix, .. exif]));
        }

        stripper.Walk();
        return stripper._kept;
    }

    private void Walk()
    {
        var reader = new JpegReader(_jpeg);
        var (end, hasScan) = (2, false);
        while (reader.Next())
        {
            var payload = reader.Payload;
            var segmentEnd = reader.End;
            hasScan |= reader.Marker == JpegReader.StartOfScan;
            var isOver = reader.Marker == JpegReader.StartOfScan && !reader.SkipPixels();
            if ((isOver ? JpegEnd.Find(_jpeg) : reader.End) is not { } behind)
            {
                break;
            }

            // Keep stray bytes before a segment: they decide how strictly the file is decoded.
            var isKept = IsKept(reader, hasScan);
            var corrected = isKept ? JpegCorrections.Correct(reader.Marker, payload, _frame) : null;
            _kept.Keep(end, (isKept && corrected is null ? behind : reader.Start) - end);
            if (corrected is not null)
            {
                _kept.Add(JpegMetadataStripper.Segment(reader.Marker, corrected));
                _kept.Keep(segmentEnd, behind - segmentEnd);
            }

            end = behind;
            if (isOver)
            {
                break;
            }

            if (reader.Marker == JpegReader.EndOfImage)
            {
                return;
            }
        }

        if (JpegEnd.Find(_jpeg) is not null)
        {
            _kept.Add(JpegEnd.Marker);
            return;
        }

        // Keep data that cannot be parsed, and let the decoder accept or reject it.
        _kept.Keep(end, _jpeg.Length - end);
    }

    private bool IsKept(JpegReader segment, bool hasScan) => segment.Marker switch
    {
        Comment => false,
        0xE0 => !hasScan && segment.Payload.StartsWith("JFIF\0"u8) && _colourSegments++ < MaxColourSegments,
        0xEE => !hasScan && segment.Payload.StartsWith("Adobe"u8) && _colourSegments++ < MaxColourSegments,
        0xE2 => !hasScan && JpegProfile.Holds(_profile, segment),
        >= 0xE0 and <= 0xEF => false,
        _ => true,
    };
}
