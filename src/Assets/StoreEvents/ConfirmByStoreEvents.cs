using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Storage;

namespace Pipeline.Assets.StoreEvents;

/// <param name="Confirmed">Uploads that are confirmed now.</param>
/// <param name="Unknown">Uploads that the store told nothing of; the same notification can be sent again.</param>
public sealed record StoreEventResult(int Confirmed, int Unknown);

/// <summary>
/// Confirms the uploads that a notification names, if their files are there. Only keys of pending uploads that ask for it, or
/// whose size is not known, cost a question to the store; all others cost one query together.
/// </summary>
public sealed class ConfirmByStoreEvents(AssetDbContext db, AssetStore assets, StorageAreas areas, ConfirmUpload confirm)
{
    public async Task<StoreEventResult> RunAsync(StoreNotification notification, CancellationToken cancellationToken)
    {
        var keys = notification.Keys.Select(UploadKey).OfType<string>().ToList();
        if (keys.Count == 0) return new StoreEventResult(0, 0);
        var pending = await assets.ListAsync(db.Assets.Where(a => keys.Contains(a.IncomingKey) && a.Status == AssetStatus.Pending && (a.AutoConfirm || a.SizeIsBound)), cancellationToken);
        var (confirmed, unknown) = await confirm.ConfirmArrivedAsync([.. pending.Select(row => row.Asset).OfType<Asset>()], cancellationToken);
        return new StoreEventResult(confirmed, unknown);
    }

    private string? UploadKey(string inBucket) =>
        inBucket.StartsWith(areas.IncomingPrefix, StringComparison.Ordinal) && inBucket[areas.IncomingPrefix.Length..] is var key
        && key.StartsWith(ObjectKey.IncomingArea, StringComparison.Ordinal) && ObjectKey.TryParse(key, out _)
            ? key
            : null;
}
