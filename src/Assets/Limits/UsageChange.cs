using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Pipeline.Assets.Limits;

/// <summary>An amount to add to a counter, or to take from it.</summary>
internal sealed record UsageChange(string TenantId, string UserId, int Day, long Files, long Bytes)
{
    /// <summary>
    /// The changes of the counters that follow from changed assets: a new one counts by its announced size, a ready one by its true size. An
    /// upload that expires, is rejected or is deleted before its confirm counts for no day; a later deletion frees only the storage.
    /// </summary>
    /// <param name="changed">The assets, before they are saved.</param>
    /// <param name="countsTenants">Whether tenants are counted as a whole, too.</param>
    /// <returns>
    /// In the order in which the counters are locked, so that no two transactions wait for each other. The tenant's come last, because most
    /// transactions share them.
    /// </returns>
    public static IReadOnlyList<UsageChange> Of(IEnumerable<EntityEntry<Asset>> changed, bool countsTenants) => Summed(changed.SelectMany(Of), countsTenants);

    /// <summary>The same for assets that no row exists of yet.</summary>
    public static IReadOnlyList<UsageChange> OfNew(IEnumerable<Asset> added, bool countsTenants) => Summed(added.SelectMany(asset => Of(asset, Amount.None)), countsTenants);

    private static IReadOnlyList<UsageChange> Summed(IEnumerable<UsageChange> changes, bool countsTenants) =>
    [
        .. changes
            .SelectMany(change => countsTenants ? [change, change with { UserId = UsageCounter.WholeTenant }] : new[] { change })
            .GroupBy(change => (change.TenantId, change.UserId, change.Day))
            .Select(same => new UsageChange(same.Key.TenantId, same.Key.UserId, same.Key.Day, same.Sum(c => c.Files), same.Sum(c => c.Bytes)))
            .Where(change => change is not { Files: 0, Bytes: 0 })
            .OrderBy(change => change.UserId.Length == 0)
            .ThenBy(change => change.TenantId, StringComparer.Ordinal)
            .ThenBy(change => change.UserId, StringComparer.Ordinal)
            .ThenBy(change => change.Day),
    ];

    private static IEnumerable<UsageChange> Of(EntityEntry<Asset> entry) => Of(entry.Entity, entry.State == EntityState.Added ? Amount.None : Before(entry));

    private static IEnumerable<UsageChange> Of(Asset asset, Amount before)
    {
        var after = new Amount(asset.Size, IsStored(asset.Status), IsOfItsDay(asset, before));
        yield return after.Minus(before, of => of.IsStored, asset, UsageCounter.Stored);
        yield return after.Minus(before, of => of.IsOfItsDay, asset, UsageCounter.DayOf(asset.CreatedAt));
    }

    private static Amount Before(EntityEntry<Asset> entry)
    {
        var (status, readyAt) = (Original(entry, a => a.Status), Original(entry, a => a.ReadyAt));
        return new Amount(Original(entry, a => a.Size), IsStored(status), IsOfItsDay: IsStored(status), IsSettled: readyAt is not null, IsPending: status == AssetStatus.Pending);
    }

    private static T Original<T>(EntityEntry<Asset> entry, System.Linq.Expressions.Expression<Func<Asset, T>> property) => entry.Property(property).OriginalValue;

    private static bool IsStored(AssetStatus status) =>
        status is AssetStatus.Pending or AssetStatus.Queued or AssetStatus.Processing or AssetStatus.Ready or AssetStatus.Failed;

    private static bool IsOfItsDay(Asset asset, Amount before) => asset.Status switch
    {
        AssetStatus.Expired => false,
        AssetStatus.Rejected => before is { IsOfItsDay: true, IsSettled: true },
        AssetStatus.Deleted => before is { IsOfItsDay: true, IsPending: false },
        _ => true,
    };

    // The bytes of an asset, and which counters they are in. A settled asset has been ready, and never leaves its day.
    private sealed record Amount(long Bytes, bool IsStored, bool IsOfItsDay, bool IsSettled = false, bool IsPending = false)
    {
        public static readonly Amount None = new(0, IsStored: false, IsOfItsDay: false);

        public UsageChange Minus(Amount before, Func<Amount, bool> isCounted, Asset asset, int day)
        {
            var (files, bytes) = isCounted(this) ? (1, Bytes) : (0, 0L);
            return isCounted(before)
                ? new UsageChange(asset.TenantId, asset.OwnerId, day, files - 1, bytes - before.Bytes)
                : new UsageChange(asset.TenantId, asset.OwnerId, day, files, bytes);
        }
    }
}
