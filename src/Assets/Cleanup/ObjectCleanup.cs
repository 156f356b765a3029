using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Cleanup;

/// <summary>Deletes all objects that the rows do not need.</summary>
public sealed class ObjectCleanup(
    AssetDbContext db,
    AssetStore store,
    StorageAreas areas,
    SweepSignal<Dispatcher> dispatcher,
    IOptions<CleanupOptions> options,
    TimeProvider time,
    ILogger<ObjectCleanup> logger) : ISweep
{
    // Nearly every PUT that began just before its URL expired, and every worker on the asset, has finished by then.
    private static readonly TimeSpan Stragglers = TimeSpan.FromMinutes(10);

    // A worker that counts as lost may keep writing objects for long, and then die without a message that triggers a cleanup.
    private static readonly TimeSpan SilentWorkers = TimeSpan.FromDays(1);

    // Keeps other instances off a row; when it ends, another instance resumes the work of one that died.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Rows that become due meanwhile wait for the next run, so that a row that changes constantly cannot keep this run going.
        var start = time.GetUtcNow();
        var due = db.Assets.Where(a => a.TidyAt <= start).OrderBy(a => a.TidyAt);
        while (await store.ClaimAsync(due, asset => asset.TidyFrom(time.GetUtcNow() + Lease), cancellationToken) is { } claimed)
            await TidyAsync(claimed, cancellationToken);
    }

    private async Task TidyAsync(Asset asset, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (version, again) = (asset.Version, (DateTimeOffset?)null);
        try
        {
            (version, again) = await BringInLineAsync(asset, now, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Postpone it, so that one asset with unreachable objects does not block all others.
            logger.CleanupFailed(e, asset.Id);
            again = now + Stragglers;
        }

        await store.ChangeAsync(asset.Id, a => MarkTidied(a, version, again, now), cancellationToken);

        // A following revision waits for the cleanup.
        if (asset.Work != WorkState.Idle) dispatcher.Raise();
    }

    // A row that has changed since keeps its TidyAt, which may be the end of the lease, so that it is checked again.
    private static bool MarkTidied(Asset asset, int version, DateTimeOffset? again, DateTimeOffset now)
    {
        if (asset.Version != version) return false;
        asset.Tidied(again, now);
        return true;
    }

    /// <returns>The row version that the result is valid for, and when to check again; null if no further check is needed.</returns>
    private async Task<(int Version, DateTimeOffset? Again)> BringInLineAsync(Asset asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Work in progress uses the objects, and its end makes the row due again. If a ready asset waits for the first dispatch of its next
        // revision, it has only published objects.
        if (asset.Work != WorkState.Idle && !(asset.IsInLine && asset.Status == AssetStatus.Ready)) return (asset.Version, null);
        if (asset.Status == AssetStatus.Pending) return (asset.Version, null);

        var again = new List<DateTimeOffset> { asset.UpdatedAt + SilentWorkers };
        var unneeded = new List<(IObjectStore Store, ObjectKey Key)>();
        if (asset.Status != AssetStatus.Failed && asset.IncomingKey.Length > 0)
        {
            unneeded.Add((areas.Incoming, ObjectKey.Parse(asset.IncomingKey)));
            again.Add(asset.UploadUrlExpiresAt + Stragglers);

            // A store checks the URL only when a PUT begins, and then accepts the bytes at any rate.
            again.Add(asset.UploadUrlExpiresAt + Stragglers + options.Value.SlowestUpload(asset.Size));
        }

        if (asset.Status == AssetStatus.Deleted)
        {
            unneeded.Add((areas.Quarantine, ObjectKey.Quarantine(asset.Id)));
            again.Add(asset.UpdatedAt + Stragglers);
        }

        var givenUp = await OthersAsync(areas.Originals, layout => ObjectKey.OriginalsOf(asset.Id, layout), Original(asset), cancellationToken);
        var wanted = Variants(asset);
        if (asset.Superseded is { } superseded && superseded.To + TimeSpan.FromSeconds(options.Value.KeepSupersededSeconds) is var keepUntil && keepUntil > now)
        {
            again.Add(keepUntil);
            wanted.UnionWith(superseded.Keys);
        }

        givenUp.AddRange(await OthersAsync(areas.Public, layout => ObjectKey.VariantsOf(asset.Id, layout), wanted, cancellationToken));

        // Work that begins after GiveUpKeys writes other names, and keeps only published variants, which are wanted here. If work began since
        // the row was read, GiveUpKeys fails: nothing is deleted and the row stays due. Uploads and quarantined files need no such check,
        // because no work ever needs them again.
        var version = asset.Version;
        if (givenUp.Count > 0)
        {
            if (await store.ChangeAsync(asset.Id, a => a.GiveUpKeys(asset.Version), cancellationToken) is not ({ } current, true)) return (version, now);
            version = current.Version;
        }

        foreach (var (objects, key) in unneeded.Concat(givenUp)) await objects.DeleteAsync(key, cancellationToken);

        return (version, again.Where(at => at > now).Order().Select(at => (DateTimeOffset?)at).FirstOrDefault());
    }

    private static HashSet<string> Original(Asset asset) => asset.Publication is { } p ? [p.Original.Key] : [];

    private static HashSet<string> Variants(Asset asset) => asset.Publication is { } p ? [.. p.Variants.Select(v => v.Key)] : [];

    // Lists both layouts: an asset can have objects of each, and a worker of an earlier version still writes the flat one.
    private static async Task<List<(IObjectStore Store, ObjectKey Key)>> OthersAsync(
        IObjectStore objects, Func<KeyLayout, string> prefix, HashSet<string> wanted, CancellationToken cancellationToken)
    {
        var others = new List<(IObjectStore, ObjectKey)>();
        foreach (var layout in Enum.GetValues<KeyLayout>())
        {
            await foreach (var found in objects.ListAsync(prefix(layout), cancellationToken))
                if (!wanted.Contains(found.Key.Value))
                    others.Add((objects, found.Key));
        }

        return others;
    }
}
