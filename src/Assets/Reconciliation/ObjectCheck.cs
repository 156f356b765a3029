using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;

namespace Pipeline.Assets.Reconciliation;

/// <summary>What the table says about an object.</summary>
/// <param name="Info">The object.</param>
/// <param name="Result">One of <see cref="RunResult"/>.</param>
/// <param name="Code">One of <see cref="ReconcileCode"/>.</param>
/// <param name="AssetId">The asset that the key names.</param>
/// <param name="Row">Its row; null if there is none or if it cannot be read.</param>
/// <param name="Detail">A sentence for the operator.</param>
public sealed record ObjectVerdict(ObjectInfo Info, string Result, string Code, Guid? AssetId = null, Asset? Row = null, string? Detail = null);

/// <summary>Compares objects of an area with the rows that name them.</summary>
public sealed class ObjectCheck(AssetDbContext db, AssetStore store)
{
    public async Task<IReadOnlyList<ObjectVerdict>> RunAsync(ReconcileArea area, IReadOnlyList<ObjectInfo> objects, CancellationToken cancellationToken)
    {
        var assets = await area.AssetsOfAsync(db, [.. objects.Select(o => o.Key)], cancellationToken);
        var ids = assets.Values.Distinct().ToList();
        var rows = ids.Count == 0 ? [] : (await store.ListAsync(db.Assets.Where(a => ids.Contains(a.Id)), cancellationToken)).ToDictionary(row => row.Id, row => row.Asset);
        var replaced = await NamedObjects.ReplacedAsync(db, rows.Keys, cancellationToken);
        var named = rows.Values.OfType<Asset>().ToDictionary(row => row.Id, row => NamedObjects.Of(row, replaced[row.Id]));
        return [.. objects.Select(found => Of(area, found, assets, rows, named))];
    }

    public static (IReadOnlyList<WalkCount> Counts, IReadOnlyList<WalkFinding> Findings) Summarise(ReconcileArea area, IReadOnlyList<ObjectVerdict> verdicts) => (
        [.. verdicts.GroupBy(v => (v.Result, v.Code)).Select(same => new WalkCount(same.Key.Result, same.Key.Code, same.Count()))],
        [.. verdicts.Where(v => v.Result == RunResult.Found).Select(v => new WalkFinding(v.Code, area.Name, v.Info.Key.Value, v.AssetId, v.Detail, v.Info.Size, v.Info.ETag, v.Info.LastModified))]);

    private static ObjectVerdict Of(
        ReconcileArea area, ObjectInfo found, Dictionary<string, Guid> assets, Dictionary<Guid, Asset?> rows, Dictionary<Guid, Dictionary<string, NamedObject>> named)
    {
        if (area.IsKept(found.Key)) return new ObjectVerdict(found, RunResult.Done, ReconcileCode.Right);
        if (!assets.TryGetValue(found.Key.Value, out var id)) return Orphan(found, id: null, row: null, area == ReconcileArea.Incoming ? "No row has this upload." : "The name is that of no asset.");
        if (!rows.TryGetValue(id, out var row)) return Orphan(found, id, row: null, "The asset has no row.");
        if (row is null) return new ObjectVerdict(found, RunResult.Found, ReconcileCode.Unreadable, id, Detail: "The row of the asset cannot be read.");
        if (named[id].TryGetValue(found.Key.Value, out var one) && one.Area == area) return Compare(found, row, one);
        if (IsOfRow(area, found, row)) return new ObjectVerdict(found, RunResult.Done, ReconcileCode.Right, id, row);

        // The end of the work, or the cleanup that is due, compares the objects of this asset itself.
        if (row.Work != WorkState.Idle || row.TidyAt is not null) return new ObjectVerdict(found, RunResult.Skipped, ReconcileCode.InWork, id, row);
        return Orphan(found, id, row, "The row of the asset does not need it.");
    }

    private static ObjectVerdict Orphan(ObjectInfo found, Guid? id, Asset? row, string detail) => new(found, RunResult.Found, ReconcileCode.Orphan, id, row, detail);

    private static bool IsOfRow(ReconcileArea area, ObjectInfo found, Asset row) =>
        area == ReconcileArea.Quarantine ? row.Status == AssetStatus.Rejected : area.IsManifest(found.Key) && row.Status != AssetStatus.Deleted;

    private static ObjectVerdict Compare(ObjectInfo found, Asset row, NamedObject named)
    {
        if (named.Size is { } size && size != found.Size)
            return new ObjectVerdict(found, RunResult.Found, ReconcileCode.OtherSize, row.Id, row, $"The row says {size} bytes, the store has {found.Size}.");
        return named.ETag is { } tag && found.ETag.Length > 0 && !tag.Equals(found.ETag, StringComparison.OrdinalIgnoreCase)
            ? new ObjectVerdict(found, RunResult.Found, ReconcileCode.OtherTag, row.Id, row, $"The row says the tag {tag}, the store has {found.ETag}.")
            : new ObjectVerdict(found, RunResult.Done, ReconcileCode.Right, row.Id, row);
    }
}
