using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads;

/// <summary>
/// Looks whether the files of pending uploads with <see cref="Asset.AutoConfirm"/> have arrived, and confirms those that have. Notifications
/// of the store do the same sooner; this sweep needs none. It also gives up uploads of unknown size whose files are larger than allowed, because
/// a store does not limit them.
/// </summary>
public sealed class ArrivalSweep(
    AssetDbContext db, AssetStore assets, StorageAreas areas, IMultipartUploads multipart, ConfirmUpload confirm, ArrivalSweepState state, TimeProvider time) : ISweep
{
    // Rows in one query, and keys in one page of a listing.
    private const int PageSize = 1_000;

    // A page of a listing costs about as much as 12 HEADs (R2: $4.50 and $0.36 per million).
    private const int WorthAListing = 12;

    // Uploads that began before their URL expired have ended by then, but for the slowest; those are looked at more rarely.
    private static readonly TimeSpan Stragglers = TimeSpan.FromHours(1);
    private static readonly TimeSpan RareInterval = TimeSpan.FromMinutes(15);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isRare = state.LastOfAll is not { } last || last <= now - RareInterval;
        var (after, oldest) = (Guid.Empty, isRare ? DateTimeOffset.MinValue : now - Stragglers);
        while (true)
        {
            var page = await assets.ListAsync(
                db.Assets.Where(a => a.Status == AssetStatus.Pending && (a.AutoConfirm || a.SizeIsBound) && a.Id.CompareTo(after) > 0).OrderBy(a => a.Id).Take(PageSize), cancellationToken);
            foreach (var ofOwner in page.Select(row => row.Asset).OfType<Asset>().Where(a => a.UploadUrlExpiresAt > oldest).GroupBy(FolderOf, StringComparer.Ordinal))
                await LookAsync(ofOwner.Key, [.. ofOwner], cancellationToken);
            if (page.Count < PageSize) break;
            after = page[^1].Id;
        }

        if (isRare) state.LastOfAll = now;
    }

    private async Task LookAsync(string folder, List<Asset> pending, CancellationToken cancellationToken)
    {
        foreach (var asset in pending.Where(a => a is { SizeIsBound: true, MultipartId: not null })) await LookAtPartsAsync(asset, cancellationToken);
        if (pending.Count > WorthAListing) pending = await ListedAsync(folder, pending, cancellationToken);
        await confirm.ConfirmArrivedAsync(pending, cancellationToken);
    }

    private async Task LookAtPartsAsync(Asset asset, CancellationToken cancellationToken)
    {
        var parts = await multipart.ListPartsAsync(ObjectKey.Parse(asset.IncomingKey), asset.MultipartId!, cancellationToken);
        if (parts?.Sum(part => part.Size) is { } bytes && bytes > asset.Size)
            await confirm.RefuseAsync(asset.Id, new ConfirmResult.TooLarge(asset.Size, bytes), cancellationToken);
    }

    // Keys of one owner are in the order of their times, so the pending ones stand close together.
    private async Task<List<Asset>> ListedAsync(string folder, List<Asset> pending, CancellationToken cancellationToken)
    {
        var waiting = pending.ToDictionary(a => a.IncomingKey, StringComparer.Ordinal);
        var keys = waiting.Keys.Order(StringComparer.Ordinal).ToList();

        // A listing returns the keys after the given one, which is a beginning of the first.
        var arrived = new List<Asset>();
        await foreach (var found in areas.Incoming.ListAsync(folder, keys[0][..^1], cancellationToken))
        {
            if (StringComparer.Ordinal.Compare(found.Key.Value, keys[^1]) > 0) break;
            if (waiting.TryGetValue(found.Key.Value, out var asset) && (asset.SizeIsBound || found.Size == asset.Size)) arrived.Add(asset);
        }

        return arrived;
    }

    private static string FolderOf(Asset asset) => asset.IncomingKey[..(asset.IncomingKey.LastIndexOf('/') + 1)];
}

/// <summary>When this process last looked at all uploads, also at those whose URLs have long expired.</summary>
public sealed class ArrivalSweepState
{
    public DateTimeOffset? LastOfAll { get; set; }
}
