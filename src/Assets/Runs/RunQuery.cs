using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;

namespace Pipeline.Assets.Runs;

/// <summary>The assets of a run.</summary>
internal static class RunQuery
{
    /// <summary>The assets that the filter names, whatever their status.</summary>
    /// <param name="db">The database.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="chosen">The rows of the run, which a filter with <see cref="RunFilter.IdCount"/> needs.</param>
    public static IQueryable<Asset> Matching(AssetDbContext db, string tenantId, RunFilter filter, IQueryable<RunChoice>? chosen = null)
    {
        // A join and no subquery, because the chosen rows have the order of the run whatever the statistics say.
        if (filter.IdCount is not null && chosen is null) throw new ArgumentNullException(nameof(chosen));
        var assets = filter.IdCount is null ? db.Assets : chosen!.Join(db.Assets, choice => choice.AssetId, asset => asset.Id, (_, asset) => asset);
        assets = assets.Where(a => a.TenantId == tenantId);
        if (filter.OwnerId is { } owner) assets = assets.Where(a => a.OwnerId == owner);
        if (filter.Status is { } word && Enum.TryParse<AssetStatus>(word, ignoreCase: true, out var status)) assets = assets.Where(a => a.Status == status);
        if (filter.Code is { } code) assets = assets.Where(a => a.FailureCode == code || a.RejectionCode == code);
        if (filter.Engine is { } engine) assets = engine.Length == 0 ? assets.Where(a => a.FailureCode != null && a.FailureEngine == null) : assets.Where(a => a.FailureEngine == engine);
        if (filter.Profile is { } profile) assets = assets.Where(a => a.Profile == profile);
        if (filter.CreatedFrom is { } from) assets = assets.Where(a => a.CreatedAt >= from);
        if (filter.CreatedTo is { } to) assets = assets.Where(a => a.CreatedAt < to);
        if (filter.Stale is { } stale) assets = ProfileRegistry.Only(db, assets, StaleWords.ReasonOf(stale));
        if (filter.ScannedBefore is { } scanned) assets = assets.Where(a => a.ScannedAt == null || a.ScannedAt < scanned);
        if (filter.SignaturesBefore is { } signatures) assets = assets.Where(a => a.ScannedWith == null || a.ScannedWith < signatures);
        if (filter.Ids is { } ids) assets = assets.Where(a => ids.Contains(a.Id));
        return assets;
    }

    /// <summary>Those that a run of this kind can change.</summary>
    public static IQueryable<Asset> Of(string kind, IQueryable<Asset> assets) => kind switch
    {
        RunKind.Reprocess => assets.Where(a => a.Status == AssetStatus.Ready || a.Status == AssetStatus.Failed),
        RunKind.Retry => Failed(assets),
        RunKind.Rollback => assets,
        RunKind.Rescan => assets.Where(a => a.Status == AssetStatus.Ready),
        RunKind.Discard => assets.Where(a => a.Status == AssetStatus.Failed && a.Work == WorkState.Idle),
        _ => assets.Where(a => false),
    };

    /// <summary>Whether the run is about failures. Assets that fail after its plan do not belong to it.</summary>
    public static bool IsOfFailures(string kind, RunFilter filter) => kind switch
    {
        RunKind.Retry or RunKind.Discard => true,
        RunKind.Reprocess => filter.Code is not null || filter.Engine is not null || string.Equals(filter.Status, AssetView.Word(AssetStatus.Failed), StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>Those that have not changed since the plan: an asset that was retried meanwhile and failed again is not the one of the plan.</summary>
    public static IQueryable<Asset> Unchanged(IQueryable<Asset> assets, DateTimeOffset plannedAt) => assets.Where(a => a.UpdatedAt <= plannedAt);

    /// <summary>Assets whose last revision failed for good: those without variants, and those that still show earlier ones.</summary>
    public static IQueryable<Asset> Failed(IQueryable<Asset> assets) =>
        assets.Where(a => a.FailureCode != null && a.Work == WorkState.Idle && (a.Status == AssetStatus.Failed || a.Status == AssetStatus.Ready));
}
