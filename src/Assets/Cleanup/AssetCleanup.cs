using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets.Cleanup;

/// <summary>Deletes all objects of an asset that its row does not need.</summary>
public sealed class AssetCleanup(
    AssetStore store,
    NeededKeys needs,
    StorageAreas areas,
    IMultipartUploads uploads,
    VariantMove move,
    PublicObjects publicObjects,
    SweepSignal<Dispatcher> dispatcher,
    IOptions<CleanupOptions> options,
    TimeProvider time,
    ILogger<AssetCleanup> logger,
    ManifestFiles? manifests = null,
    TakeBack? takeBack = null)
{
    // Nearly every PUT that began just before its URL expired, and every worker on the asset, has finished by then.
    private static readonly TimeSpan Stragglers = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ManifestWrite = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MoveAgain = TimeSpan.FromSeconds(30);

    // A worker that counts as lost may keep writing objects for long, and then die without a message that triggers a cleanup.
    internal static readonly TimeSpan SilentWorkers = TimeSpan.FromDays(1);

    /// <summary>Cleans up one asset, and stores when to do it again.</summary>
    /// <param name="asset">A claimed row.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RunAsync(Asset asset, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (version, again, former) = (asset.Version, (DateTimeOffset?)null, (IReadOnlyList<string>?)null);
        try
        {
            (version, again, former) = await BringInLineAsync(asset, now, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Postpone it, so that one asset with unreachable objects does not block all others.
            logger.CleanupFailed(e, asset.Id);
            if (asset.IsPrivate || asset.IsMisplaced || asset.RejectionCode == RejectionCode.Infected)
            {
                // A private or an infected asset may still have public objects, also if its row has changed meanwhile.
                await store.ChangeAsync(asset.Id, a => a.TidyFrom(now + MoveAgain), cancellationToken);
                return;
            }

            again = now + Stragglers;
        }

        await store.ChangeAsync(asset.Id, a => MarkTidied(a, version, again, former, now), cancellationToken);

        // A following revision waits for the cleanup.
        if (asset.Work != WorkState.Idle) dispatcher.Raise();
    }

    // A row that has changed since keeps its TidyAt, which may be the end of the lease, so that it is checked again.
    private static bool MarkTidied(Asset asset, int version, DateTimeOffset? again, IReadOnlyList<string>? former, DateTimeOffset now)
    {
        if (asset.Version != version) return false;
        asset.Tidied(again, now, former);
        return true;
    }

    /// <returns>
    /// The row version that the result is valid for, when to check again, null if no further check is needed, and the keys that something still
    /// keeps, null if the objects were not looked at.
    /// </returns>
    private async Task<(int Version, DateTimeOffset? Again, IReadOnlyList<string>? Former)> BringInLineAsync(Asset asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (asset.IsMisplaced || asset is { IsPrivate: true, Work: not WorkState.Idle })
        {
            if (await move.RunAsync(asset, cancellationToken) is not { } moved)
            {
                // Not at the end of the lease: until the move is done, a private asset has public objects.
                var due = await store.ChangeAsync(asset.Id, a => a.TidyFrom(now), cancellationToken);
                return (due?.Asset.Version ?? 0, now, null);
            }

            asset = moved;
        }

        // Work in progress uses the objects, and its end makes the row due again. If a ready asset waits for the first dispatch of its next
        // revision, it has only published objects.
        if (asset.Work != WorkState.Idle && !(asset.IsInLine && asset.Status == AssetStatus.Ready)) return (asset.Version, null, null);
        if (asset.Status == AssetStatus.Pending) return (asset.Version, null, null);

        // Before the upload is deleted below: a completion that is faster than this has stored it.
        if (asset is { Status: AssetStatus.Expired or AssetStatus.Deleted or AssetStatus.Rejected, MultipartId: { } uploadId, IncomingKey.Length: > 0 })
            await uploads.AbortAsync(ObjectKey.Parse(asset.IncomingKey), uploadId, cancellationToken);

        var again = new List<DateTimeOffset>();
        var unneeded = new List<(IObjectStore Store, ObjectKey Key)>();
        if (asset is { HasManifest: true, ManifestAt: { } writeAt, ManifestKeyId: null } && manifests?.KeyId is not null && now < asset.UpdatedAt + Stragglers)
        {
            // A table that is restored to a time before has nothing but the upload to make the asset of, until the manifest is in the store. If the store
            // refuses manifests, the upload goes all the same. While an instance writes it, the time is the end of its lease, minutes later than the write.
            var patience = now - asset.UpdatedAt > ManifestWrite ? now - asset.UpdatedAt : ManifestWrite;
            again.Add((writeAt <= now ? now : writeAt < now + patience ? writeAt : now + patience) + ManifestWrite);
        }
        else if (asset.Status != AssetStatus.Failed && asset.IncomingKey.Length > 0)
        {
            unneeded.Add((areas.Incoming, ObjectKey.Parse(asset.IncomingKey)));

            // A store checks the URL only when a PUT begins, and then accepts the bytes at any rate.
            again.Add(asset.UploadUrlExpiresAt + Stragglers + options.Value.SlowestUpload(asset.Size));
        }

        if (asset.Status == AssetStatus.Deleted)
        {
            if (await MarkErasedAsync(asset, cancellationToken) is { } marked) asset = marked;
            else again.Add(now + Stragglers);
            unneeded.Add((areas.Quarantine, ObjectKey.Quarantine(asset.Id)));
            again.Add(asset.UpdatedAt + Stragglers);
        }

        var (version, former) = (asset.Version, (IReadOnlyList<string>?)null);
        if (!asset.NamesAllObjects) again.Add(asset.UpdatedAt + SilentWorkers);
        if (!asset.NamesAllObjects || asset.FormerKeys is not null || asset.Superseded is not null)
        {
            var needed = await needs.OfAsync(asset, now, cancellationToken);
            if (needed.Until is { } until) again.Add(until);
            if (await DeleteOthersAsync(asset, needed, cancellationToken) is not { } current) return (version, now, null);
            (version, former) = (current, needed.Former);
        }

        foreach (var (objects, key) in unneeded) await objects.DeleteAsync(key, cancellationToken);
        return (version, again.Where(at => at > now).Order().Select(at => (DateTimeOffset?)at).FirstOrDefault(), former);
    }

    // First, so that a table that is restored while the objects go does not bring the asset back. If the store refuses the mark, the objects go all the
    // same: the owner wants them gone.
    private async Task<Asset?> MarkErasedAsync(Asset asset, CancellationToken cancellationToken)
    {
        if (asset.IsMarkedErased || asset.ConfirmedAt is null || manifests is not { KeyId: { } keyId }) return asset;
        try
        {
            await manifests.WriteAsync(new ErasedMark(asset.Id, asset.UpdatedAt), cancellationToken);
            return (await store.ChangeAsync(asset.Id, a => a.MarkErased(keyId), cancellationToken))?.Asset;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.ErasedMarkNotWritten(e, asset.Id);
            return null;
        }
    }

    /// <summary>Deletes the originals and variants of the asset that nothing needs: by name if the row names all, else it lists them.</summary>
    /// <returns>The version of the row afterwards; null if it has changed meanwhile, so that nothing was deleted.</returns>
    private async Task<int?> DeleteOthersAsync(Asset asset, NeededKeys.Result needed, CancellationToken cancellationToken)
    {
        var others = asset.NamesAllObjects ? NeededKeys.Former(asset).FindAll(key => !needed.Keys.Contains(key.Value)) : await ListAsync(asset, needed.Keys, cancellationToken);
        if (others.Count == 0) return asset.Version;

        // A restored table shows as failed or expired what was ready. Without this, its only copy would go.
        if (takeBack is not null && asset.CanBeTakenBack && others.Contains(ObjectKey.Manifest(asset.Id)) && await takeBack.RunAsync(asset.Id, cancellationToken) == RebuildCode.Rebuilt) return null;

        // Work that begins after GiveUpKeys writes other names, and keeps only published variants, which are needed here. If work began since
        // the row was read, GiveUpKeys fails: nothing is deleted and the row stays due. Uploads and quarantined files need no such check,
        // because no work ever needs them again.
        if (await store.ChangeAsync(asset.Id, a => a.GiveUpKeys(asset.Version), cancellationToken) is not ({ } current, true)) return null;
        await publicObjects.DeleteAsync(others.FindAll(key => key.Value.StartsWith(ObjectKey.PublicArea, StringComparison.Ordinal)), cancellationToken);
        await areas.Originals.DeleteAsync(others.FindAll(key => key.Value.StartsWith(ObjectKey.OriginalsArea, StringComparison.Ordinal)), cancellationToken);
        await areas.Private.DeleteAsync(others.FindAll(key => ObjectKey.IsPrivateVariant(key.Value)), cancellationToken);
        return current.Version;
    }

    // Lists both layouts: an asset can have objects of each, and a worker of an earlier version still writes the flat one.
    private async Task<List<ObjectKey>> ListAsync(Asset asset, HashSet<string> needed, CancellationToken cancellationToken)
    {
        var others = new List<ObjectKey>();
        foreach (var layout in Enum.GetValues<KeyLayout>()) await AddOthersAsync(areas.Originals, ObjectKey.OriginalsOf(asset.Id, layout));
        if (asset.HasBeenPrivate) await AddOthersAsync(areas.Private, ObjectKey.PrivateVariantsOf(asset.Id));
        foreach (var layout in Enum.GetValues<KeyLayout>()) await AddOthersAsync(areas.Public, ObjectKey.VariantsOf(asset.Id, layout));
        return others;

        async Task AddOthersAsync(IObjectStore objects, string prefix)
        {
            await foreach (var found in objects.ListAsync(prefix, cancellationToken))
                if (!needed.Contains(found.Key.Value))
                    others.Add(found.Key);
        }
    }
}
