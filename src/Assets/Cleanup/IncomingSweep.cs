using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Reconciliation;
using Pipeline.Storage;

namespace Pipeline.Assets.Cleanup;

/// <summary>
/// Sweeps the incoming area for uploads that arrived after the last check of <see cref="ObjectCleanup"/>. It deletes objects at least a day
/// old that their row does not need, and objects at least 7 days old that have no row now. If the table does not answer, it deletes
/// nothing.
/// </summary>
/// <remarks>A row that does not need its upload never needs it again, so the answer of the table stays true until the deletion.</remarks>
public sealed class IncomingSweep(
    AssetDbContext db,
    StorageAreas areas,
    IncomingSweepPosition position,
    IOptions<CleanupOptions> options,
    TimeProvider time,
    ILogger<IncomingSweep> logger) : ISweep
{
    // Objects in one page of the listing, and keys in one query to the table.
    private const int PageSize = 1_000;

    // Limits a run even if the area is flooded; the next run continues from there.
    private const int PagesInARun = 100;

    // ObjectCleanup deletes regular uploads much sooner.
    private static readonly TimeSpan Old = TimeSpan.FromDays(1);

    // The row is written before its URL is issued. So a file without a row belongs to a lost or restored table, or to another deployment in
    // the same bucket; its operator gets a week to see the warning.
    private static readonly TimeSpan OldWithoutRow = TimeSpan.FromDays(7);

    private long _rows;

    /// <inheritdoc />
    public long? Rows => _rows;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IncomingSweepSeconds == 0) return;
        for (var pages = 0; pages < PagesInARun; pages++)
        {
            var page = await areas.Incoming.ListAsync(ObjectKey.IncomingArea, position.After, cancellationToken).Take(PageSize).ToListAsync(cancellationToken);
            await LookAtAsync(page, cancellationToken);
            position.After = page.Count < PageSize ? null : page[^1].Key.Value;
            if (position.After is null) return;
        }
    }

    private async Task LookAtAsync(List<ObjectInfo> page, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var old = page.FindAll(found => found.LastModified <= now - Old && !ReconcileArea.Incoming.IsKept(found.Key));
        if (old.Count == 0) return;
        var keys = old.ConvertAll(found => found.Key.Value);
        var needs = await db.Assets.AsNoTracking()
            .Where(a => keys.Contains(a.IncomingKey))
            .Select(a => new
            {
                a.IncomingKey,
                IsNeeded = a.Status == AssetStatus.Pending || a.Status == AssetStatus.Failed || (a.Work != WorkState.Idle && a.Publication == null),
            })
            .ToDictionaryAsync(a => a.IncomingKey, a => a.IsNeeded, StringComparer.Ordinal, cancellationToken);

        var unknown = old.FindAll(found => !needs.ContainsKey(found.Key.Value));
        if (unknown.Count > 0) logger.UnknownUploads(unknown.Count);
        List<ObjectInfo> unneeded =
        [
            .. old.Where(found => needs.TryGetValue(found.Key.Value, out var isNeeded) && !isNeeded),
            .. unknown.Where(found => found.LastModified <= now - OldWithoutRow),
        ];
        foreach (var found in unneeded) await areas.Incoming.DeleteAsync(found.Key, cancellationToken);
        _rows += unneeded.Count;
        if (unneeded.Count > 0) logger.LateUploadsDeleted(unneeded.Count);
    }
}

/// <summary>
/// The key after which the next run continues; null for the beginning. It is kept in memory, so a new process starts at the beginning.
/// </summary>
public sealed class IncomingSweepPosition
{
    public string? After { get; set; }
}
