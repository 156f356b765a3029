using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>Finds the colour profile of a JPEG, which is split into numbered pieces: a segment holds at most 64 KiB.</summary>
internal static class JpegProfile
{
    private const int FrameLength = 14;
    private const int MaxPiece = ushort.MaxValue - 2 - FrameLength;

    private static ReadOnlySpan<byte> Name => "ICC_PROFILE\0"u8;

    public static bool IsPiece(JpegReader segment) =>
        segment.Marker == 0xE2 && segment.Payload.Length >= FrameLength && segment.Payload.StartsWith(Name);

    /// <summary>
    /// Returns the ranges of the pieces in the order of their numbers; none if one is missing or occurs twice, or if they are too large.
    /// Browsers, too, ignore such a profile. Copies nothing.
    /// </summary>
    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
    public static Range[] Find(ReadOnlySpan<byte> jpeg)
    {
        Range[] pieces = [];
        var (taken, length) = (0, 0);
        var reader = new JpegReader(jpeg);
        while (reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            if (!IsPiece(reader))
            {
                continue;
            }

            int number = reader.Payload[12], announced = reader.Payload[13];
            pieces = taken == 0 ? new Range[announced] : pieces;
            length += reader.Payload.Length - FrameLength;
            if (number == 0 || number > announced || announced != pieces.Length || pieces[number - 1].End.Value > 0 || length > IccProfiles.MaxLength)
            {
                return [];
            }

            pieces[number - 1] = (reader.End - reader.Payload.Length + FrameLength)..reader.End;
            taken++;
        }

        return taken == pieces.Length ? pieces : [];
    }

    /// <summary>Returns new segments; none if the JPEG has no profile or the pieces together are not one.</summary>
    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
    public static IEnumerable<byte[]> Segments(ReadOnlySpan<byte> jpeg)
    {
        var whole = new MemoryStream();
        foreach (var piece in Find(jpeg))
        {
            whole.Write(jpeg[piece]);
        }

        var pieces = IccProfiles.Trim(whole.GetBuffer().AsSpan(0, (int)whole.Length)).ToArray().Chunk(MaxPiece).ToList();
        return pieces.Select((piece, index) =>
            JpegMetadataStripper.Segment(0xE2, [.. Name, (byte)(index + 1), (byte)pieces.Count, .. piece]));
    }
}
