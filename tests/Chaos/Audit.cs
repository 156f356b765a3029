using System.Collections.Concurrent;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>The invariants after every fault: rows, objects and queues agree, and no work is left unfinished.</summary>
internal sealed class Audit(World world, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);
    private readonly ConcurrentDictionary<(string Name, string Format), string> _looks = [];

    /// <summary>Throws if an invariant does not hold.</summary>
    /// <param name="confirmed">The assets whose confirm was answered with 202.</param>
    /// <returns>The number of assets of each status.</returns>
    public async Task<string> RunAsync(IReadOnlyCollection<Guid> confirmed)
    {
        var rows = await world.Database.RowsAsync(cancellationToken);
        var lost = confirmed.Except(rows.Select(r => r.Id)).Count();
        ChaosException.Unless(lost == 0, $"{lost} confirmed assets have no row");
        var stuck = rows.Where(r => confirmed.Contains(r.Id) && !r.IsDone).ToList();
        ChaosException.Unless(stuck.Count == 0, $"{stuck.Count} assets are stuck, such as {stuck.FirstOrDefault()}");

        var twice = rows.Where(r => r.Published is not null).SelectMany(r => r.Published!.Variants).CountBy(v => v.Key).Count(k => k.Value > 1);
        ChaosException.Unless(twice == 0, $"{twice} variants are in two rows");
        await ObjectsAgreeAsync(rows);
        await Parallel.ForEachAsync(
            rows.Where(r => r.Published is not null), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, CheckAsync);
        await CanBeReadAsync();
        await QueuesAreEmptyAsync();
        return string.Join(", ", rows.Where(r => confirmed.Contains(r.Id)).CountBy(r => r.Status).Select(s => $"{s.Value} {s.Key.ToLowerInvariant()}"));
    }

    // The cleanup runs in the background and retries later after an error, so make its next run due now. It waits for the manifest, which a killed API may
    // have claimed for minutes.
    private async Task ObjectsAgreeAsync(IReadOnlyList<Row> rows)
    {
        var wanted = rows.Where(r => r.Published is not null).SelectMany(r => r.Published!.Variants.Select(v => v.Key).Append(r.Published.Original.Key))
            .Concat(rows.Where(r => r.Status is "Failed" or "Pending").Select(r => r.IncomingKey))
            .ToHashSet(StringComparer.Ordinal);
        var pending = rows.Where(r => r.Status == "Pending").Select(r => r.IncomingKey).ToHashSet(StringComparer.Ordinal);
        List<string> orphans = [], missing = [];
        try
        {
            await world.Database.ChangeAsync("""UPDATE assets SET "ManifestAt" = now() WHERE "ManifestAt" IS NOT NULL""", cancellationToken);
            await world.Database.ChangeAsync("""UPDATE assets SET "TidyAt" = now() WHERE "TidyAt" IS NOT NULL""", cancellationToken);
            await Eventually.True(
                async () =>
                {
                    var there = await world.Bucket.KeysAsync(cancellationToken);
                    (orphans, missing) = ([.. there.Except(wanted)], [.. wanted.Except(there).Except(pending)]);
                    return orphans.Count + missing.Count == 0;
                },
                "objects and rows agree",
                Settling);
        }
        catch (TimeoutException)
        {
            var row = await world.Database.SampleAsync($""" "IncomingKey" = '{orphans.FirstOrDefault()}' """, cancellationToken);
            throw new ChaosException($"{orphans.Count} objects without a row ({orphans.FirstOrDefault()} {row}), {missing.Count} missing ({missing.FirstOrDefault()})");
        }
    }

    private async ValueTask CheckAsync(Row row, CancellationToken token)
    {
        ChaosException.Unless(row.Scanned > 0, $"{row.Id} is ready and was never scanned");
        ChaosException.Unless(row.Published!.Variants.Count == Photo.Variants, $"{row.Id} has {row.Published.Variants.Count} variants");
        ChaosException.Unless(
            await world.Bucket.Sha256Async(row.Published.Original.Key, token) == row.Published.Original.Sha256, $"{row.Id}: the original is another one");
        foreach (var variant in row.Published.Variants)
        {
            var sha256 = await world.Bucket.Sha256Async(variant.Key, token);
            ChaosException.Unless(sha256 == variant.Sha256, $"{variant.Key} is not what its row says");

            // All assets have the same photo, so the bytes must be the same after any fault.
            ChaosException.Unless(_looks.GetOrAdd((variant.Name, variant.Format), sha256) == sha256, $"{variant.Key} differs from that of other assets");
        }
    }

    private async Task CanBeReadAsync()
    {
        var rows = await world.Database.RowsAsync(cancellationToken);
        if (rows.FirstOrDefault(r => r.Published is not null)?.Published is not { } published) return;
        using var photos = new Photos();
        foreach (var variant in published.Variants)
            _ = Photos.Identify(photos.Write($"{variant.Name}.{variant.Format}", await world.Bucket.ReadAsync(variant.Key, cancellationToken)));
    }

    private static async Task QueuesAreEmptyAsync()
    {
        IReadOnlyList<string> filled = [];
        try
        {
            await Eventually.True(async () => (filled = await Queues.FilledAsync()).Count == 0, "the queues are empty", Settling);
        }
        catch (TimeoutException)
        {
            throw new ChaosException($"not empty: {string.Join(", ", filled)}");
        }
    }
}
