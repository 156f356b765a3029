using Microsoft.EntityFrameworkCore;

namespace Pipeline.UploadApi.Assets;

/// <summary>Loads, changes and saves one asset. A change that loses a race is made again on the newer row.</summary>
public sealed class AssetStore(AssetDbContext db)
{
    // Every loss is another's win, so that of n writers at once one loses at most n - 1 times. A row has a handful of them (one person,
    // one worker, the sweeps, what the bus delivers again); more losses than this mean a fault.
    private const int MaxConflicts = 32;

    /// <summary>The asset if it belongs to the owner; another's is as good as none.</summary>
    public Task<Asset?> FindAsync(Guid id, string ownerId, CancellationToken cancellationToken) =>
        db.Assets.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id && a.OwnerId == ownerId, cancellationToken);

    /// <summary>The same by the key that was handed out.</summary>
    public Task<Asset?> FindByKeyAsync(string key, string ownerId, CancellationToken cancellationToken) =>
        db.Assets.AsNoTracking().SingleOrDefaultAsync(a => a.IncomingKey == key && a.OwnerId == ownerId, cancellationToken);

    /// <summary>Adds a new row.</summary>
    public async Task AddAsync(Asset asset, CancellationToken cancellationToken)
    {
        db.Assets.Add(asset);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Changes the asset and saves it if <paramref name="change"/> says that something changed.</summary>
    /// <returns>The asset as it is now, and whether this call changed it; null if there is no such row.</returns>
    public async Task<(Asset Asset, bool Changed)?> ChangeAsync(Guid id, Func<Asset, bool> change, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            db.ChangeTracker.Clear();
            var asset = await db.Assets.SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
            if (asset is null) return null;
            if (!change(asset)) return (asset, false);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return (asset, true);
            }
            catch (DbUpdateConcurrencyException) when (conflicts < MaxConflicts)
            {
                // Somebody else was first; look at what they left.
            }
        }
    }
}
