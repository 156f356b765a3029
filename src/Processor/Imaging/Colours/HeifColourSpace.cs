using Pipeline.Processor.Imaging.Headers;

namespace Pipeline.Processor.Imaging.Colours;

/// <summary>What an HEIC or AVIF says of its colours in numbers (nclx). Where it has a profile, that counts.</summary>
internal static class HeifColourSpace
{
    /// <returns>Null if it says nothing, or nothing that is known.</returns>
    public static ColourSpace? Find(ReadOnlySpan<byte> heif)
    {
        var meta = HeifBoxes.Find(heif, "meta"u8);
        var boxes = new HeifBoxes(meta.Length < 4 ? default : HeifBoxes.Find(HeifBoxes.Find(meta[4..], "iprp"u8), "ipco"u8));
        while (boxes.Next())
        {
            if (boxes.Is("colr"u8) && boxes.Data.StartsWith("nclx"u8))
            {
                var reader = new HeifReader(boxes.Data[4..]);
                var (primaries, transfer) = (reader.Int(2), reader.Int(2));
                return reader.IsSound ? ColourSpace.FromCodes(primaries, transfer) : null;
            }
        }

        return null;
    }
}
