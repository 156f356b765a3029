using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;

namespace Pipeline.Assets.Reconciliation;

/// <summary>An object in a listing of the store, such as an S3 inventory.</summary>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Key">Its key in the bucket.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedAt">When it was written.</param>
/// <param name="ETag">Its tag, without quotes.</param>
public sealed record ListedObject(string Bucket, string Key, long Size, DateTimeOffset ModifiedAt, string ETag);

/// <summary>How a part of a listing was taken.</summary>
public abstract record ListingTaken
{
    private ListingTaken()
    {
    }

    /// <param name="Taken">Objects of the listing so far.</param>
    public sealed record Done(int Taken) : ListingTaken;

    /// <summary>The tenant has no such run.</summary>
    public sealed record NotFound : ListingTaken;

    /// <summary>The run takes no listing, or is not a plan any more.</summary>
    public sealed record WrongState(string State) : ListingTaken;

    /// <summary>The part does not follow the last one.</summary>
    public sealed record NotNext(int Taken) : ListingTaken;
}

/// <summary>
/// Compares a listing that a client sends with the rows, before the run is applied: the run then goes on with the rows. A part that is sent twice, because
/// its answer was lost, counts once.
/// </summary>
public sealed class TakeListing(AssetDbContext db, ObjectCheck check, StorageAreas areas, TimeProvider time)
{
    /// <summary>Most objects in one part.</summary>
    public const int MostObjects = 200;

    public async Task<ListingTaken> RunAsync(Guid id, int from, IReadOnlyList<ListedObject> objects, Caller caller, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.TenantId == caller.TenantId && r.Id == id, cancellationToken) is not { } run) return new ListingTaken.NotFound();
        if (run.State != RunState.Planned || run.Kind != RunKind.Reconcile || !ReconcileSettings.Read(run.Settings).Listing) return new ListingTaken.WrongState(run.State);
        if (from + objects.Count <= run.Fed && from < run.Fed) return new ListingTaken.Done(run.Fed);
        if (from != run.Fed) return new ListingTaken.NotNext(run.Fed);

        var (now, counts, findings) = (time.GetUtcNow(), new List<WalkCount>(), new List<WalkFinding>());
        foreach (var same in objects.Select(one => (Area: AreaOf(one, out var key), Key: key, Object: one)).GroupBy(one => one.Area))
        {
            if (same.Key is not { } area)
            {
                counts.Add(new WalkCount(RunResult.Skipped, ReconcileCode.Elsewhere, same.Count()));
                continue;
            }

            var verdicts = await check.RunAsync(area, [.. same.Select(one => new ObjectInfo(one.Key, one.Object.Size, one.Object.ETag, null, one.Object.ModifiedAt))], cancellationToken);
            var (some, found) = ObjectCheck.Summarise(area, verdicts);
            counts.AddRange(some);
            findings.AddRange(found);
        }

        return await SaveAsync(run, objects.Count, counts, findings, now, cancellationToken) ? new ListingTaken.Done(run.Fed + objects.Count) : new ListingTaken.NotNext(run.Fed);
    }

    private async Task<bool> SaveAsync(Run run, int taken, List<WalkCount> counts, List<WalkFinding> findings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var kept = findings.Take(Math.Max(0, RunWalker.MaxFindings - run.Findings)).ToList();
        var moved = await db.Runs.Where(r => r.Id == run.Id && r.State == RunState.Planned && r.Fed == run.Fed).ExecuteUpdateAsync(
            row => row.SetProperty(r => r.Fed, run.Fed + taken).SetProperty(r => r.Findings, run.Findings + kept.Count), cancellationToken);
        if (moved == 0) return false;
        db.RunFindings.AddRange(kept.Select((finding, i) => RunFinding.Of(run, run.Findings + i, finding, now)));
        await db.SaveChangesAsync(cancellationToken);
        await RunCounts.AddAsync(db, counts.Select(c => RunCounts.Of(run.Id, now, c.Result, c.Code, c.Count)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    // By bucket and whole prefix; a store on disk has no buckets.
    private ReconcileArea? AreaOf(ListedObject listed, out ObjectKey key)
    {
        key = default;
        foreach (var area in ReconcileArea.All)
        {
            var location = areas.Locations.GetValueOrDefault(area.Name) ?? new AreaLocation("", "");
            if (location.Bucket.Length > 0 && location.Bucket != listed.Bucket) continue;
            if (listed.Key.StartsWith(location.Prefix + area.Prefix, StringComparison.Ordinal) && ObjectKey.TryParse(listed.Key[location.Prefix.Length..], out key)) return area;
        }

        return null;
    }
}
