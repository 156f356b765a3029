using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Assets.Persistence;

/// <summary>Loads, changes and saves one asset. A change that loses a race is made again on the newer row.</summary>
public sealed class AssetStore(AssetDbContext db, SweepSignal<EventFeed>? feed = null, ILogger<AssetStore>? logger = null)
{
    // Each lost race means that another writer succeeded, so of n concurrent writers one loses at most n - 1 times. A row has few writers
    // (a person, a worker, the sweeps, redelivered messages); more conflicts than this mean a fault.
    private const int MaxConflicts = 32;

    /// <summary>Marks the query of a claim, for a provider that must lock the rows and skip locked ones.</summary>
    public const string ClaimTag = "claim";

    /// <summary>The asset if it belongs to the caller; null for another owner's asset.</summary>
    public Task<Asset?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        AssetQueries.Of(db).OfOwner(db, id, caller.TenantId, caller.UserId, cancellationToken);

    /// <summary>The status of an asset, for the server itself; null if there is none with this id.</summary>
    public Task<AssetStatus?> StatusAsync(Guid id, CancellationToken cancellationToken) =>
        db.Assets.Where(a => a.Id == id).Select(a => (AssetStatus?)a.Status).SingleOrDefaultAsync(cancellationToken);

    /// <summary>The asset if the caller may read its files; null for any other.</summary>
    public Task<Asset?> FindReadableAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        db.Assets.ReadableBy(caller).AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);

    /// <summary>The same by the key of the upload.</summary>
    public Task<Asset?> FindReadableByKeyAsync(string key, Caller caller, CancellationToken cancellationToken) =>
        db.Assets.ReadableBy(caller).AsNoTracking().SingleOrDefaultAsync(a => a.IncomingKey == key, cancellationToken);

    /// <summary>The asset of the caller by the key of the upload.</summary>
    public Task<Asset?> FindByKeyAsync(string key, Caller caller, CancellationToken cancellationToken) =>
        db.Assets.Of(caller).AsNoTracking().SingleOrDefaultAsync(a => a.IncomingKey == key, cancellationToken);

    /// <summary>Those of these assets that belong to the caller, in any order; see <see cref="ListAsync"/>.</summary>
    public Task<IReadOnlyList<(Guid Id, Asset? Asset)>> FindEachAsync(IReadOnlyCollection<Guid> ids, Caller caller, CancellationToken cancellationToken) =>
        ListAsync(db.Assets.Of(caller).Where(a => ids.Contains(a.Id)), cancellationToken);

    /// <summary>
    /// The rows of a list. A row that cannot be read, because someone edited it or a newer version wrote it, is null and logged: it must
    /// not fail the whole list.
    /// </summary>
    public async Task<IReadOnlyList<(Guid Id, Asset? Asset)>> ListAsync(IQueryable<Asset> rows, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await rows.AsNoTracking().ToListAsync(cancellationToken)).Select(asset => (asset.Id, (Asset?)asset))];
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            var list = new List<(Guid, Asset?)>();
            foreach (var id in await rows.Select(a => a.Id).ToListAsync(cancellationToken)) list.Add((id, await TryReadAsync(id, cancellationToken)));
            return list;
        }
    }

    /// <summary>Adds a new row.</summary>
    public Task AddAsync(Asset asset, CancellationToken cancellationToken) => AddAsync([asset], cancellationToken);

    /// <summary>Adds new rows in one transaction, with all else that was added to the database context.</summary>
    public async Task AddAsync(IEnumerable<Asset> assets, CancellationToken cancellationToken)
    {
        db.Assets.AddRange(assets);
        await db.SaveChangesAsync(cancellationToken);
        feed?.Raise();
    }

    /// <summary>Changes the asset and saves it if <paramref name="change"/> says that something changed.</summary>
    /// <returns>The asset as it is now, and whether this call changed it; null if there is no such row.</returns>
    public async Task<(Asset Asset, bool Changed)?> ChangeAsync(Guid id, Func<Asset, bool> change, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            db.ChangeTracker.Clear();
            var asset = await AssetQueries.Of(db).Tracked(db, id, cancellationToken);
            if (asset is null) return null;
            try
            {
                if (!change(asset)) return (asset, false);
                await db.SaveChangesAsync(cancellationToken);
                feed?.Raise();
                return (asset, true);
            }
            catch (DbUpdateConcurrencyException) when (conflicts < MaxConflicts)
            {
                // Another writer was first: apply the change to the newer row.
            }
            catch (Exception e) when (FaultFacts.Note(e, asset.Facts()))
            {
                throw;
            }
        }
    }

    /// <summary>
    /// Records that the worker of this attempt is alive. Does not raise the row version, so concurrent changes do not fail.
    /// </summary>
    public Task HeardOfAsync(Guid id, int revision, int attempt, DateTimeOffset now, CancellationToken cancellationToken) => db.Assets
        .Where(a => a.Id == id && a.Revision == revision && a.Attempt == attempt && a.LastHeardAt < now)
        .ExecuteUpdateAsync(row => row.SetProperty(a => a.LastHeardAt, now), cancellationToken);

    /// <summary>
    /// Changes several assets in one transaction, which saves round trips to the database. If one row loses a race, each is changed in its
    /// own transaction.
    /// </summary>
    /// <returns>The assets as they are now, in any order, and whether this call changed them.</returns>
    public async Task<IReadOnlyList<(Asset Asset, bool Changed)>> ChangeEachAsync(
        IReadOnlyCollection<Guid> ids, Func<Asset, bool> change, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var assets = await db.Assets.Where(a => ids.Contains(a.Id)).ToListAsync(cancellationToken);
        var results = assets.ConvertAll(asset => (asset, Changed: change(asset)));
        if (!results.Exists(result => result.Changed)) return results;
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            feed?.Raise();
        }
        catch (DbUpdateConcurrencyException)
        {
            results.Clear();
            foreach (var id in ids)
                if (await ChangeAsync(id, change, cancellationToken) is { } result)
                    results.Add(result);
        }

        return results;
    }

    /// <summary>
    /// Claims the first row of <paramref name="due"/> that no other instance has locked, changes it and saves it in one short transaction:
    /// so instances share the due rows instead of racing for them.
    /// </summary>
    /// <param name="due">Ordered. The change must remove the row from this query, or it would be claimed for ever.</param>
    /// <param name="change">Returns whether something changed; it must return true.</param>
    /// <returns>The asset as it is now; null if nothing is due.</returns>
    public async Task<Asset?> ClaimAsync(IQueryable<Asset> due, Func<Asset, bool> change, CancellationToken cancellationToken) =>
        (await ClaimAsync(due, 1, change, cancellationToken)).SingleOrDefault();

    /// <summary>The same for the first <paramref name="atMost"/> rows.</summary>
    public async Task<IReadOnlyList<Asset>> ClaimAsync(
        IQueryable<Asset> due, int atMost, Func<Asset, bool> change, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var assets = await due.Take(atMost).TagWith(ClaimTag).ToListAsync(cancellationToken);
        if (assets.Count == 0) return assets;
        if (!assets.TrueForAll(asset => change(asset)))
            throw new InvalidOperationException("What was claimed was not due after all: the query and the change disagree.");
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        feed?.Raise();
        return assets;
    }

    private async Task<Asset?> TryReadAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await db.Assets.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            logger?.RowUnreadable(e, id);
            return null;
        }
    }

    // Converters throw these for invalid JSON or an unknown enum value, EF Core for a column of another type. An unreachable database
    // throws others.
    private static bool IsUnreadable(Exception exception) =>
        exception is JsonException or FormatException or InvalidCastException or ArgumentException || (exception is InvalidOperationException && exception.InnerException is not DbException);
}
