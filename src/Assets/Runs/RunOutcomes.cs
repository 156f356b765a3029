using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Runs;

/// <summary>Counts an asset for its runs, in the transaction that ends its revision.</summary>
internal static class RunOutcomes
{
    /// <summary>
    /// The changed assets that may end work of a run. A first revision never does, so uploads cost no query.
    /// </summary>
    public static IReadOnlyList<EndedAsset> Of(IEnumerable<EntityEntry<Asset>> changed) =>
    [
        .. changed.Where(entry => entry.State == EntityState.Modified && entry.Entity.Revision > 1 && MayEnd(entry)).Select(entry => new EndedAsset(entry.Entity, BytesWritten(entry), Before(entry))),
    ];

    /// <summary>Assets whose earlier publications must not come back: nothing is published any more, or the owner changed who sees it.</summary>
    public static IReadOnlyList<Guid> WithdrawnOf(IEnumerable<EntityEntry<Asset>> changed) =>
    [
        .. changed
            .Where(entry => entry.State == EntityState.Modified && entry.Entity.Revision > 1)
            .Where(entry => (entry.Property(a => a.Publication).IsModified && entry.Entity.Publication is null) || entry.Property(a => a.Visibility).IsModified)
            .Select(entry => entry.Entity.Id),
    ];

    /// <summary>Call it after the assets are saved.</summary>
    public static async Task<IReadOnlyList<RunCount>> SettleAsync(
        AssetDbContext db, IReadOnlyList<EndedAsset> ended, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var assets = ended.ToDictionary(one => one.Asset.Id);
        var ids = assets.Keys.ToList();
        var items = await db.RunItems.AsNoTracking().Where(i => ids.Contains(i.AssetId) && i.Outcome == null && i.Revision > 0).OrderBy(i => i.AssetId).ThenBy(i => i.RunId).ToListAsync(cancellationToken);
        var counts = new List<RunCount>();
        foreach (var item in items)
        {
            var (asset, bytes, before) = assets[item.AssetId];
            if (asset.EndOf(item.Revision) is not var (result, code)) continue;
            var row = db.RunItems.Where(i => i.AssetId == item.AssetId && i.RunId == item.RunId && i.Outcome == null);
            var isMine = result == RunResult.Failed
                ? await row.ExecuteUpdateAsync(r => r.SetProperty(i => i.Outcome, result).SetProperty(i => i.Code, code).SetProperty(i => i.EndedAt, now), cancellationToken)
                : await row.ExecuteDeleteAsync(cancellationToken);

            // Another transaction may have settled the row since it was read.
            if (isMine != 1) continue;
            counts.Add(RunCounts.Of(item.RunId, now, result, code, 1, result == RunResult.Done ? bytes : 0));
            if (result == RunResult.Done && before is not null && asset.Publication is { } shown)
            {
                db.ReplacedPublications.Add(new ReplacedPublication
                {
                    AssetId = item.AssetId,
                    RunId = item.RunId,
                    ReplacedBy = shown.Revision,
                    Publication = ReplacedPublication.ToJson(before.Publication),
                    PerceptualHash = before.PerceptualHash,
                    ReadyAt = before.ReadyAt,
                });
            }
        }

        return counts;
    }

    private static bool MayEnd(EntityEntry<Asset> entry) =>
        entry.Entity.Work == WorkState.Idle ? entry.Property(a => a.Work).OriginalValue != WorkState.Idle || entry.Entity.Status == AssetStatus.Deleted : entry.Property(a => a.Publication).IsModified;

    private static ShownBefore? Before(EntityEntry<Asset> entry) =>
        entry.Property(a => a.Publication) is { IsModified: true, OriginalValue: { } publication }
            ? new ShownBefore(publication, entry.Property(a => a.PerceptualHash).OriginalValue, entry.Property(a => a.ReadyAt).OriginalValue ?? entry.Entity.UpdatedAt)
            : null;

    private static long BytesWritten(EntityEntry<Asset> entry)
    {
        if (entry.Entity.Publication is not { } now) return 0;
        var before = entry.Property(a => a.Publication).OriginalValue?.Variants.Select(v => v.Key).ToHashSet(StringComparer.Ordinal) ?? [];
        return now.Variants.Where(v => !before.Contains(v.Key)).Sum(v => v.Bytes);
    }
}

/// <param name="Asset">An asset whose work may have ended.</param>
/// <param name="BytesWritten">Bytes of the variants that it has now and had not before.</param>
/// <param name="Before">What it showed before this change; null if that has not changed.</param>
internal sealed record EndedAsset(Asset Asset, long BytesWritten, ShownBefore? Before = null);

/// <summary>What an asset showed before a change.</summary>
internal sealed record ShownBefore(Publication Publication, string? PerceptualHash, DateTimeOffset ReadyAt);
