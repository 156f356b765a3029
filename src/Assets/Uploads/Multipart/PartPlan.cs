using Pipeline.Storage;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>How a file is cut into parts. All have the same size except the last, because R2 requires it.</summary>
/// <param name="FileSize">Bytes of the file, at least 1.</param>
/// <param name="PartSize">Bytes of every part except the last.</param>
/// <param name="IsBound">
/// The size of the file is not known, and <paramref name="FileSize"/> is only the largest allowed one: then <paramref name="PartSize"/> is the least
/// size of every part except the last.
/// </param>
public sealed record PartPlan(long FileSize, long PartSize, bool IsBound = false)
{
    private const long MiB = 1024 * 1024;

    /// <summary>Number of parts, or the largest number.</summary>
    public int Count => (int)DivideUp(FileSize, PartSize);

    /// <summary>Exact length of a part, or the largest one.</summary>
    /// <param name="number">From 1 to <see cref="Count"/>.</param>
    public long LengthOf(int number) => IsBound ? FileSize - ((number - 1) * PartSize) : number < Count ? PartSize : FileSize - ((Count - 1) * PartSize);

    /// <summary>The plan for a file; its parts are whole mebibytes unless the operator says otherwise.</summary>
    public static PartPlan For(long fileSize, MultipartOptions options) => new(
        fileSize,
        Math.Max(options.PartBytes ?? IMultipartUploads.LeastPartBytes, DivideUp(DivideUp(fileSize, IMultipartUploads.MaxParts), MiB) * MiB));

    /// <summary>The plan that Uppy 6 makes by itself: it does not ask the server.</summary>
    public static PartPlan OfUppy(long fileSize) =>
        new(fileSize, Math.Max(IMultipartUploads.LeastPartBytes, DivideUp(fileSize, IMultipartUploads.MaxParts)));

    /// <summary>The plan of an asset; null for an upload by a single PUT.</summary>
    public static PartPlan? Of(Asset asset) => asset.PartSize is { } partSize ? new PartPlan(asset.Size, partSize, asset.SizeIsBound) : null;

    /// <summary>
    /// Looks at the parts that have arrived of a file of unknown size. R2 requires that all have the same size except the last.
    /// </summary>
    /// <param name="arrived">In the order of their numbers.</param>
    /// <param name="last">The number of the last part; null for that of the last that has arrived.</param>
    /// <returns>The numbers up to the last one that have not arrived or have a wrong size.</returns>
    internal IReadOnlyList<int> MissingOf(IReadOnlyList<UploadedPart> arrived, int? last)
    {
        var end = last ?? (arrived.Count == 0 ? 1 : arrived[^1].Number);
        var sizes = arrived.ToDictionary(part => part.Number, part => part.Size);
        return [.. Enumerable.Range(1, end).Where(number => !sizes.TryGetValue(number, out var size) || (number < end && (size < PartSize || size != sizes.GetValueOrDefault(1))))];
    }

    private static long DivideUp(long number, long by) => (number + by - 1) / by;
}
