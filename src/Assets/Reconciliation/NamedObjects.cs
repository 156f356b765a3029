using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Reconciliation;

/// <summary>An object that a row names.</summary>
/// <param name="Area">Its area.</param>
/// <param name="Key">Its key.</param>
/// <param name="Size">Its length; null if the row does not say.</param>
/// <param name="ETag">Its tag; null if the row does not say.</param>
/// <param name="IsKept">It is kept for a while only: pages or a rollback may still ask for it.</param>
internal sealed record NamedObject(ReconcileArea Area, string Key, long? Size = null, string? ETag = null, bool IsKept = false);

/// <summary>The objects that rows name.</summary>
internal static class NamedObjects
{
    /// <summary>All objects that the asset needs, by key.</summary>
    /// <param name="asset">The row.</param>
    /// <param name="kept">What runs have replaced and may have to show again.</param>
    public static Dictionary<string, NamedObject> Of(Asset asset, IEnumerable<Publication> kept)
    {
        var named = new Dictionary<string, NamedObject>(StringComparer.Ordinal);
        if (NeedsUpload(asset)) Add(new NamedObject(ReconcileArea.Incoming, asset.IncomingKey, asset.Status == AssetStatus.Pending ? null : asset.Size, asset.IncomingETag));
        if (asset.Publication is { } shown) AddAll(shown, isKept: false);
        foreach (var replaced in kept) AddAll(replaced, isKept: true);

        // An earlier publication says nothing about their sizes any more.
        foreach (var key in asset.Superseded?.Keys ?? []) Add(new NamedObject(ReconcileArea.OfVariant(key), key, IsKept: true));
        return named;

        void AddAll(Publication publication, bool isKept)
        {
            Add(new NamedObject(ReconcileArea.Originals, publication.Original.Key, publication.Original.Size, publication.Original.ETag, isKept));
            foreach (var variant in publication.Shown()) Add(new NamedObject(ReconcileArea.OfVariant(variant.Key), variant.Key, variant.Bytes, IsKept: isKept));
        }

        void Add(NamedObject one)
        {
            if (one.Key.Length > 0 && ObjectKey.TryParse(one.Key, out _)) named.TryAdd(one.Key, one);
        }
    }

    /// <summary>Whether the row needs the upload in the incoming area; the sweep of that area decides alike.</summary>
    public static bool NeedsUpload(Asset asset) =>
        asset.Status is AssetStatus.Pending or AssetStatus.Failed || (asset.Work != WorkState.Idle && asset.Publication is null);

    /// <summary>What runs have replaced, by asset.</summary>
    public static async Task<ILookup<Guid, Publication>> ReplacedAsync(AssetDbContext db, IReadOnlyCollection<Guid> assets, CancellationToken cancellationToken) =>
        (await db.ReplacedPublications.AsNoTracking().Where(r => assets.Contains(r.AssetId)).ToListAsync(cancellationToken))
        .Select(r => (r.AssetId, Publication: r.Read())).Where(r => r.Publication is not null).ToLookup(r => r.AssetId, r => r.Publication!);
}
