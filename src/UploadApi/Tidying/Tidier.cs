using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Storage;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Dispatch;
using Pipeline.UploadApi.Sweeps;

namespace Pipeline.UploadApi.Tidying;

/// <summary>Brings the stores in line with the rows: what a row does not need is deleted, whoever wrote it and when.</summary>
public sealed class Tidier(
    AssetDbContext db,
    AssetStore store,
    StorageAreas areas,
    Wake<Dispatcher> dispatcher,
    IOptions<TidyOptions> options,
    TimeProvider time,
    ILogger<Tidier> logger) : ISweep
{
    // A PUT that began in the last moment of its URL, and a worker that was at it when the asset was deleted, are done by then.
    private static readonly TimeSpan Stragglers = TimeSpan.FromMinutes(10);

    // Keeps other tidiers off a row; after it, somebody looks again at what a tidier that died left behind.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // What becomes due meanwhile is for the next run, so that a row that changes all the time does not keep this one for ever.
        var start = time.GetUtcNow();
        var due = db.Assets.Where(a => a.TidyAt <= start).OrderBy(a => a.TidyAt);
        while (await store.ClaimAsync(due, asset => asset.TidyFrom(time.GetUtcNow() + Lease), cancellationToken) is { } claimed)
            await TidyAsync(claimed, cancellationToken);
    }

    private async Task TidyAsync(Asset asset, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? again;
        try
        {
            again = await BringInLineAsync(asset, now, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Later, so that one asset whose objects cannot be reached does not stand before all others for ever.
            logger.TidyFailed(e, asset.Id);
            again = now + Stragglers;
        }

        var (id, version) = (asset.Id, asset.Version);
        await store.ChangeAsync(id, a => MarkTidied(a, version, again, now), cancellationToken);

        // A revision that follows another waits for this.
        if (asset.Work != WorkState.Idle) dispatcher.Up();
    }

    // A row that has changed since keeps its TidyAt, be it the lease's end, so that it is looked at once more.
    private static bool MarkTidied(Asset asset, int version, DateTimeOffset? again, DateTimeOffset now)
    {
        if (asset.Version != version) return false;
        asset.Tidied(again, now);
        return true;
    }

    /// <returns>When to look again, or null if all is in line for good.</returns>
    private async Task<DateTimeOffset?> BringInLineAsync(Asset asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Its objects are in use; the end of the work makes the row due again. What waits in line has none but those that are published.
        if (asset.Work != WorkState.Idle && !(asset.IsInLine && asset.Status == AssetStatus.Ready)) return null;
        if (asset.Status == AssetStatus.Pending) return null;

        var again = new List<DateTimeOffset>();
        var unneeded = new List<(IObjectStore Store, ObjectKey Key)>();
        if (asset.Status != AssetStatus.Failed && asset.IncomingKey.Length > 0)
        {
            unneeded.Add((areas.Incoming, ObjectKey.Parse(asset.IncomingKey)));
            again.Add(asset.UploadUrlExpiresAt + Stragglers);
        }

        if (asset.Status == AssetStatus.Deleted)
        {
            unneeded.Add((areas.Quarantine, ObjectKey.Quarantine(asset.Id)));
            again.Add(asset.UpdatedAt + Stragglers);
        }

        unneeded.AddRange(await OthersAsync(areas.Originals, ObjectKey.OriginalsOf(asset.Id), Original(asset), cancellationToken));
        var wanted = Variants(asset);
        if (asset.Superseded is { } superseded && superseded.To + TimeSpan.FromSeconds(options.Value.KeepSupersededSeconds) is var keepUntil && keepUntil > now)
        {
            again.Add(keepUntil);
            wanted.UnionWith(superseded.Keys);
        }

        unneeded.AddRange(await OthersAsync(areas.Public, ObjectKey.VariantsOf(asset.Id), wanted, cancellationToken));

        // Asked after the stores: what was listed and is of work that has begun since the row was read is not unneeded. The row is
        // still due then.
        if (!await db.Assets.AnyAsync(a => a.Id == asset.Id && a.Version == asset.Version, cancellationToken)) return now;
        foreach (var (objects, key) in unneeded) await objects.DeleteAsync(key, cancellationToken);

        return again.Where(at => at > now).Order().Select(at => (DateTimeOffset?)at).FirstOrDefault();
    }

    private static HashSet<string> Original(Asset asset) => asset.Publication is { } p ? [p.Original.Key] : [];

    private static HashSet<string> Variants(Asset asset) => asset.Publication is { } p ? [.. p.Variants.Select(v => v.Key)] : [];

    private static async Task<List<(IObjectStore Store, ObjectKey Key)>> OthersAsync(
        IObjectStore objects, string prefix, HashSet<string> wanted, CancellationToken cancellationToken)
    {
        var others = new List<(IObjectStore, ObjectKey)>();
        await foreach (var found in objects.ListAsync(prefix, cancellationToken))
            if (!wanted.Contains(found.Key.Value))
                others.Add((objects, found.Key));
        return others;
    }
}
