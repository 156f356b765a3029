using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Storage;

namespace Pipeline.Assets.Batches;

/// <summary>Reads a batch with its assets.</summary>
public sealed class BatchReader(AssetDbContext db, AssetStore assets, ProfileRegistry profiles, StorageAreas areas)
{
    /// <summary>The batch as it is now; null if the caller has no such batch.</summary>
    public async Task<BatchView<AssetView>?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (await db.Batches.Of(caller).AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancellationToken) is not { } batch) return null;
        var rows = await assets.ListAsync(db.Assets.Where(a => a.BatchId == id).OrderBy(a => a.BatchIndex), cancellationToken);
        List<Asset> members = [.. rows.Select(row => row.Asset).OfType<Asset>()];
        var staleness = await profiles.StalenessAsync(members, cancellationToken);
        return batch.View([.. members.Select(a => a.Status)], members.ConvertAll(a => AssetView.Of(a, areas, staleness.Of(a))));
    }
}
