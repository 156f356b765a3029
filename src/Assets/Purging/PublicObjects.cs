using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Purging;

/// <summary>Deletes objects of the public area, and has the caches before it forget them.</summary>
public sealed class PublicObjects(AssetDbContext db, StorageAreas areas, ICachePurge cache, SweepSignal<CachePurgeSweep> sweep, TimeProvider time)
{
    // If this process dies between the two writes, the purge follows after this time.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private const int MostConflicts = 5;

    public async Task DeleteAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return;

        // Before the deletion, so that no purge is lost; and again after it, because a cache that purges early fetches the object once more.
        if (cache.IsNeeded) await RequestAsync(keys, time.GetUtcNow() + Lease, cancellationToken);
        await areas.Public.DeleteAsync(keys, cancellationToken);
        if (!cache.IsNeeded) return;
        await RequestAsync(keys, time.GetUtcNow(), cancellationToken);
        sweep.Raise();
    }

    private async Task RequestAsync(IReadOnlyCollection<ObjectKey> keys, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        var texts = keys.Select(key => key.Value).ToList();
        for (var conflicts = 0; ; conflicts++)
        {
            db.ChangeTracker.Clear();
            var known = await db.Purges.Where(p => texts.Contains(p.Key)).ToDictionaryAsync(p => p.Key, StringComparer.Ordinal, cancellationToken);
            foreach (var text in texts)
            {
                if (known.TryGetValue(text, out var purge)) purge.DueAt = dueAt;
                else db.Purges.Add(new PendingPurge { Key = text, DueAt = dueAt, CreatedAt = time.GetUtcNow() });
            }

            try
            {
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
                return;
            }
            catch (DbUpdateException) when (conflicts < MostConflicts)
            {
                // Another instance added or finished one of them at this moment.
            }
        }
    }
}
