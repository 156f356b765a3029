namespace Pipeline.Imaging.Headers;

/// <summary>Finds the box that describes all images of an HEIC or AVIF.</summary>
internal static class HeifMeta
{
    /// <summary>Returns its contents after version and flags; empty if there is none. Of several, libheif follows the last one.</summary>
    /// <param name="file">Starts with the first box of an HEIC or AVIF; the rest can be anything.</param>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> last = default;
        var boxes = new HeifBoxes(file);
        while (Next(ref boxes))
        {
            last = Contents(boxes);
        }

        return last;
    }

    /// <summary>Goes to the next such box of a file; false if there is none.</summary>
    public static bool Next(scoped ref HeifBoxes boxes)
    {
        while (boxes.Next())
        {
            if (boxes.Is("meta"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns what follows version and flags; empty if the box is too short.</summary>
    public static ReadOnlySpan<byte> Contents(HeifBoxes meta) => meta.Data.Length < 4 ? default : meta.Data[4..];
}
