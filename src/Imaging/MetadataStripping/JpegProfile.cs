using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>Finds the colour profile of a JPEG, which is split into numbered pieces: a segment holds at most 64 KiB.</summary>
internal static class JpegProfile
{
    private const int FrameLength = 14;
    private const int MaxPiece = ushort.MaxValue - 2 - FrameLength;

    private static ReadOnlySpan<byte> Name => "ICC_PROFILE\0"u8;

    /// <summary>
    /// Returns the ranges of the pieces in the order of their numbers; none if one is missing or there twice, or if they are too large. Pieces
    /// after the last missing one do not count. Browsers do the same. Copies nothing.
    /// </summary>
    /// <param name="jpeg">Starts with the signature of a JPEG; the rest can be anything.</param>
    public static Range[] Find(ReadOnlySpan<byte> jpeg)
    {
        Range[] pieces = [];
        var (taken, length) = (0, 0);
        var reader = new JpegReader(jpeg);
        while ((taken == 0 || taken < pieces.Length) && reader.Next() && reader.Marker is not (JpegReader.StartOfScan or JpegReader.EndOfImage))
        {
            if (!IsPiece(reader))
            {
                continue;
            }

            int number = reader.Payload[12], announced = reader.Payload[13];
            pieces = taken == 0 ? new Range[announced] : pieces;
            if (number == 0 || number > announced || announced != pieces.Length || pieces[number - 1].End.Value != 0)
            {
                return [];
            }

            pieces[number - 1] = (reader.End - reader.Payload.Length + FrameLength)..reader.End;
            length += reader.Payload.Length - FrameLength;
            taken++;
        }

        return taken == pieces.Length && length <= IccProfiles.MaxLength ? pieces : [];
    }

    /// <summary>True if the segment is one of the pieces that <see cref="Find"/> returned.</summary>
    public static bool Holds(Range[] pieces, JpegReader segment) =>
        pieces.Length > 0 && IsPiece(segment) && segment.Payload[12] - 1 is var at && (uint)at < pieces.Length && pieces[at].End.Value == segment.End;

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

    private static bool IsPiece(JpegReader segment) =>
        segment.Marker == 0xE2 && segment.Payload.Length > FrameLength && segment.Payload.StartsWith(Name);
}
