using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;

namespace Pipeline.Assets.Reconciliation;

/// <summary>Looks for the objects that rows name: one request for each. It reports what is missing; the listing compares sizes and tags.</summary>
public sealed class RowCheck(AssetDbContext db, AssetStore store, StorageAreas areas)
{
    /// <summary>Rows of one page: their objects are asked for within seconds.</summary>
    internal const int Page = 100;

    private const int AtOnce = 16;

    /// <param name="after">The last row of the page before; null for the first page.</param>
    /// <param name="newest">The newest row of the run: uploads during the run would prolong it without an end.</param>
    /// <param name="atMost">Most rows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The last row of the page; null if none is left.</returns>
    public async Task<(Guid? Last, IReadOnlyList<WalkCount> Counts, IReadOnlyList<WalkFinding> Findings)> RunAsync(Guid? after, Guid newest, int atMost, CancellationToken cancellationToken)
    {
        var rows = db.Assets.Where(a => a.Id.CompareTo(newest) <= 0);
        if (after is { } last) rows = rows.Where(a => a.Id.CompareTo(last) > 0);
        var page = (await store.ListAsync(rows.OrderBy(a => a.Id).Take(Math.Min(atMost, Page)), cancellationToken)).OrderBy(row => row.Id.ToString("D"), StringComparer.Ordinal).ToList();
        if (page.Count == 0) return (null, [], []);
        var missing = await MissingAsync([.. page.Select(row => row.Asset).OfType<Asset>()], cancellationToken);

        // A row that has changed since it was read may name other objects by now; its work or its cleanup deals with them.
        var ids = missing.Keys.ToList();
        var now = await db.Assets.AsNoTracking().Where(a => ids.Contains(a.Id)).Select(a => new { a.Id, a.Version }).ToDictionaryAsync(a => a.Id, a => a.Version, cancellationToken);
        var findings = new List<WalkFinding>();
        var (right, moved, unreadable) = (0, 0, 0);
        foreach (var (id, row) in page)
        {
            if (row is null) unreadable++;
            else if (!missing.TryGetValue(id, out var lacks)) right++;
            else if (now.GetValueOrDefault(id, -1) != row.Version) moved++;
            else findings.AddRange(lacks.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => Missing(row, one)));
        }

        return (page[^1].Id,
            [new(RunResult.Done, ReconcileCode.Row, right), new(RunResult.Skipped, RunSkip.MovedOn, moved), new(RunResult.Skipped, RunSkip.Unreadable, unreadable), new(RunResult.Found, ReconcileCode.Missing, findings.Count)],
            findings);
    }

    private async Task<Dictionary<Guid, List<NamedObject>>> MissingAsync(IReadOnlyList<Asset> rows, CancellationToken cancellationToken)
    {
        var replaced = await NamedObjects.ReplacedAsync(db, [.. rows.Select(row => row.Id)], cancellationToken);
        var needed = rows.SelectMany(row => NamedObjects.Of(row, replaced[row.Id]).Values.Where(one => IsNeeded(row, one)).Select(one => (row.Id, Object: one)));
        var missing = new ConcurrentBag<(Guid Id, NamedObject Object)>();
        await Parallel.ForEachAsync(needed, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (one, token) =>
        {
            if (await one.Object.Area.StoreOf(areas).HeadAsync(ObjectKey.Parse(one.Object.Key), token) is null) missing.Add(one);
        });
        return missing.GroupBy(one => one.Id).ToDictionary(same => same.Key, same => same.Select(one => one.Object).ToList());
    }

    // An upload that is not confirmed may never come; what a page or a rollback may ask for may go at any time; and a move takes objects away.
    private static bool IsNeeded(Asset row, NamedObject one) => row.Status != AssetStatus.Pending && !one.IsKept && !row.IsMisplaced;

    private static WalkFinding Missing(Asset row, NamedObject one) => new(
        ReconcileCode.Missing, one.Area.Name, one.Key, row.Id,
        one.Area == ReconcileArea.Public || one.Area == ReconcileArea.Private ? "Reprocess the asset: it renders its variants again." : "Restore it from a copy: nothing can make it again.", one.Size, one.ETag);
}
