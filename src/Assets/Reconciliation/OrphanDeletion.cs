using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;

namespace Pipeline.Assets.Reconciliation;

/// <summary>Deletes orphans that a run has found. Just before each deletion it asks the store and the table about the object once more.</summary>
public sealed class OrphanDeletion(
    AssetDbContext db, AssetStore store, StorageAreas areas, ObjectCheck check, OrphanSafety safety, PublicObjects publicObjects, TimeProvider time, ILogger<OrphanDeletion> logger)
{
    // So few that a pause holds within a moment.
    private const int Page = 20;

    /// <param name="turn">The turn of a run that deletes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<WalkPage> RunAsync(WalkTurn turn, CancellationToken cancellationToken)
    {
        var after = turn.Position is { } position ? int.Parse(position, System.Globalization.CultureInfo.InvariantCulture) : -1;
        var source = turn.Run.Source!.Value;
        var page = await safety.Old(source).Where(f => f.Number > after).OrderBy(f => f.Number).Take(Math.Min(turn.AtMost, Page)).ToListAsync(cancellationToken);
        if (page.Count == 0) return new WalkPage { Position = turn.Position, IsEnd = true, Looked = 0 };
        if ((await safety.WhyNotNowAsync(cancellationToken) ?? await safety.WhyNotOursAsync(page.Select(f => f.Area).Distinct(), cancellationToken)) is { } why)
            return new WalkPage { Position = turn.Position, Looked = 0, FailedBecause = why };

        var (counts, findings) = (new List<WalkCount>(), new List<WalkFinding>());
        foreach (var orphan in page)
        {
            var (result, code) = await DeleteAsync(orphan, cancellationToken);
            counts.Add(new WalkCount(result, code, 1));
            if (result != RunResult.Found) continue;

            // At once, and not with the page, so that the list names each deleted object even if the run is cancelled at this moment.
            await db.RunFindings.Where(f => f.RunId == source && f.Number == orphan.Number).ExecuteUpdateAsync(row => row.SetProperty(f => f.Kind, code), cancellationToken);
            findings.Add(new WalkFinding(code, orphan.Area, orphan.Key, orphan.AssetId, orphan.Detail, orphan.Size, orphan.ETag, orphan.ModifiedAt));
        }

        return new WalkPage { Position = page[^1].Number.ToString(System.Globalization.CultureInfo.InvariantCulture), Looked = page.Count, Counts = counts, Findings = findings };
    }

    private async Task<(string Result, string Code)> DeleteAsync(RunFinding orphan, CancellationToken cancellationToken)
    {
        if (ReconcileArea.Named(orphan.Area) is not { } area || !ObjectKey.TryParse(orphan.Key, out var key) || !key.Value.StartsWith(area.Prefix, StringComparison.Ordinal))
            return (RunResult.Skipped, ReconcileCode.Changed);
        if (await area.StoreOf(areas).HeadAsync(key, cancellationToken) is not { } now) return (RunResult.Found, ReconcileCode.Gone);
        if (now.ETag != orphan.ETag || now.LastModified > time.GetUtcNow() - OrphanSafety.LeastAge) return (RunResult.Skipped, ReconcileCode.Changed);
        if (orphan.AssetId is { } asset && area != ReconcileArea.Incoming && await HasManifestAsync(asset, key, cancellationToken)) return (RunResult.Skipped, ReconcileCode.Rebuildable);
        var verdict = (await check.RunAsync(area, [now], cancellationToken))[0];
        if (verdict.Code != ReconcileCode.Orphan) return (RunResult.Skipped, ReconcileCode.Needed);

        // Work that begins after this writes other names. If it began since the row was read, nothing is deleted.
        if (verdict.Row is { } row && await store.ChangeAsync(row.Id, a => a.GiveUpKeys(row.Version), cancellationToken) is not (_, true)) return (RunResult.Skipped, ReconcileCode.Needed);
        if (area == ReconcileArea.Public) await publicObjects.DeleteAsync([key], cancellationToken);
        else await area.StoreOf(areas).DeleteAsync(key, cancellationToken);
        logger.OrphanDeleted(area.Name, orphan.RunId);
        return (RunResult.Found, ReconcileCode.Deleted);
    }

    // A row that was lost with the table can be made again from the manifest, and then it names these objects.
    private async Task<bool> HasManifestAsync(Guid asset, ObjectKey key, CancellationToken cancellationToken)
    {
        if (await db.Assets.AnyAsync(a => a.Id == asset, cancellationToken)) return false;
        var manifest = ObjectKey.Manifest(asset);
        return manifest == key || await areas.Originals.HeadAsync(manifest, cancellationToken) is not null;
    }
}
