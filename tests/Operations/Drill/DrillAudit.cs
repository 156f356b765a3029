using System.Collections.Concurrent;
using Pipeline.Chaos;

namespace Pipeline.Operations.Drill;

/// <summary>Reads table and bucket after the restore, not through the product.</summary>
internal sealed class DrillAudit(World world, CancellationToken cancellationToken)
{
    /// <returns>Those of these that are not ready with the bytes that were sent, and variants that are what the row says; each with its reason.</returns>
    public async Task<IReadOnlyList<string>> NotWholeAsync(IReadOnlyCollection<Upload> uploads)
    {
        var rows = (await world.Database.RowsAsync(cancellationToken)).ToDictionary(row => row.Id);
        var bad = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(uploads, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (upload, token) =>
        {
            if (await WrongAsync(upload, rows.GetValueOrDefault(upload.Id), token) is { } wrong) bad.Add($"{upload.Id}: {wrong}");
        });
        return [.. bad];
    }

    /// <returns>Those of these that can still be seen, or of which objects are left.</returns>
    public async Task<IReadOnlyList<string>> BackAsync(IReadOnlyCollection<Guid> erased)
    {
        var rows = (await world.Database.RowsAsync(cancellationToken)).ToDictionary(row => row.Id);
        var objects = await world.Bucket.KeysAsync(cancellationToken);

        // One line for each asset.
        return
        [
            .. erased.Where(id => rows.GetValueOrDefault(id) is { Status: not "Deleted" }).Select(id => $"{id} is {rows[id].Status}"),
            .. erased.Where(id => rows.GetValueOrDefault(id) is null or { Status: "Deleted" }).Select(id => objects.FirstOrDefault(key => key.Contains($"/{id}/", StringComparison.Ordinal))).OfType<string>(),
        ];
    }

    private async Task<string?> WrongAsync(Upload upload, Row? row, CancellationToken token)
    {
        if (row is null) return "no row";
        if (row.Status != "Ready" || row.Published is not { } published) return $"{row.Status}, {row.Work}";
        if (published.Original.Sha256 != upload.Sha256) return "the row names other bytes";
        if (await world.Bucket.Sha256Async(published.Original.Key, token) != upload.Sha256) return "the original holds other bytes";
        if (published.Variants.Count != Photo.Variants) return $"{published.Variants.Count} variants";
        foreach (var variant in published.Variants)
            if (await world.Bucket.Sha256Async(variant.Key, token) != variant.Sha256) return $"{variant.Key} holds other bytes";
        return null;
    }
}
