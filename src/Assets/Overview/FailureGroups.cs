using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Storage;

namespace Pipeline.Assets.Overview;

/// <param name="Groups">The largest first.</param>
/// <param name="Others">Assets of smaller groups.</param>
/// <param name="AtLeast">Whether counting ended before the last asset.</param>
public sealed record FailureGroupList(IReadOnlyList<FailureGroup> Groups, int Others, bool AtLeast);

/// <summary>The failed assets of a tenant by code and engine. So 2,000 failures are a few lines, and each line is one run.</summary>
public sealed class FailureGroups(AssetDbContext db, StorageAreas areas)
{
    /// <summary>Most assets that are counted.</summary>
    internal const int Most = 10_000;

    private const int MaxGroups = 12;
    private const int Examples = 3;

    public async Task<FailureGroupList> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var failed = RunQuery.Failed(db.Assets.AsNoTracking().Where(a => a.TenantId == caller.TenantId));
        var groups = await failed.OrderBy(a => a.FailureCode).ThenBy(a => a.FailureEngine).ThenBy(a => a.Id).Take(Most)
            .GroupBy(a => new { a.FailureCode, a.FailureEngine })
            .Select(same => new { same.Key.FailureCode, same.Key.FailureEngine, Count = same.Count(), First = same.Min(a => a.UpdatedAt), Last = same.Max(a => a.UpdatedAt) })
            .ToListAsync(cancellationToken);
        var isFull = groups.Sum(group => group.Count) >= Most;
        var ordered = groups.OrderByDescending(group => group.Count).ThenBy(group => group.FailureCode, StringComparer.Ordinal).ThenBy(group => group.FailureEngine, StringComparer.Ordinal).ToList();
        var newest = new List<List<Guid>>();
        foreach (var group in ordered.Take(MaxGroups))
            newest.Add(await failed.Where(a => a.FailureCode == group.FailureCode && a.FailureEngine == group.FailureEngine)
                .OrderByDescending(a => a.Id).Take(Examples).Select(a => a.Id).ToListAsync(cancellationToken));
        var ids = newest.SelectMany(some => some).ToList();
        var rows = (await new AssetStore(db).ListAsync(db.Assets.Where(a => ids.Contains(a.Id)), cancellationToken)).ToDictionary(row => row.Id, row => row.Asset);
        var shown = ordered.Take(MaxGroups).Select((group, place) => new FailureGroup(
            group.FailureCode!, group.FailureEngine, group.Count, isFull, group.First, group.Last,
            [.. newest[place].Select(id => new FailureExample(id, rows.GetValueOrDefault(id) is { } asset ? Thumbnail.Of(asset, areas) : null))],
            FailedAssets.AdviceOn(group.FailureCode!)));
        return new FailureGroupList([.. shown], ordered.Skip(MaxGroups).Sum(group => group.Count), isFull);
    }
}
