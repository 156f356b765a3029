using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Events;

/// <summary>
/// Gives each committed event its place in the feed, in one order for all readers. Events are numbered after their commit and by one
/// instance at a time, so a reader that keeps the last number never skips an event, however late its transaction commits.
/// </summary>
public sealed class EventFeed(AssetDbContext db, IEventSignal signal, TimeProvider time) : ISweep
{
    // After these an asset of a batch may have been the last one.
    private static readonly AssetEventKind[] Final = [AssetEventKind.Ready, AssetEventKind.Rejected, AssetEventKind.Failed, AssetEventKind.Expired, AssetEventKind.Deleted];

    // Events in one transaction. Others that commit meanwhile wait for it.
    private const int MaxNumbered = 500;

    private long _rows;

    /// <inheritdoc />
    public long? Rows => _rows;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await NumberAsync(cancellationToken))
        {
            // More events may be waiting, or a batch was completed and its event has no number yet.
        }
    }

    /// <summary>The events after this place, the oldest first.</summary>
    /// <param name="after">The <see cref="AssetEvent.Position"/> of the last event that was read; 0 for the beginning.</param>
    /// <param name="most">Most events.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<AssetEvent>> ReadAsync(long after, int most, CancellationToken cancellationToken) => db.Events.AsNoTracking()
        .Where(e => e.Position > after)
        .OrderBy(e => e.Position)
        .Take(most)
        .ToListAsync(cancellationToken);

    /// <returns>Whether there may be more to number.</returns>
    private async Task<bool> NumberAsync(CancellationToken cancellationToken)
    {
        if (!await db.Events.AnyAsync(e => e.Position == null, cancellationToken)) return false;
        db.ChangeTracker.Clear();
        int numbered;
        bool completed;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            // The lock on the row of the counter makes instances take turns. It ends with the transaction, even if this process dies.
            var last = (await db.EventCounters.FromSqlRaw("UPDATE event_counter SET \"Last\" = \"Last\" RETURNING *").AsNoTracking().ToListAsync(cancellationToken)).Single().Last;
            numbered = await db.Database.ExecuteSqlAsync(
                $"""
                UPDATE asset_events AS numbered SET "Position" = next."Position"
                FROM (
                    SELECT "AssetId", "Sequence", "At", {last} + ROW_NUMBER() OVER (ORDER BY "At", "AssetId", "Sequence") AS "Position"
                    FROM asset_events WHERE "Position" IS NULL ORDER BY "At", "AssetId", "Sequence" LIMIT {MaxNumbered}) AS next
                WHERE numbered."AssetId" = next."AssetId" AND numbered."Sequence" = next."Sequence" AND numbered."At" = next."At"
                """,
                cancellationToken);
            await db.Database.ExecuteSqlAsync($"""UPDATE event_counter SET "Last" = "Last" + {numbered}""", cancellationToken);
            completed = await CompleteBatchesAsync(last, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        _rows += numbered;
        if (numbered > 0) await signal.RaiseAsync(cancellationToken);
        return completed || numbered == MaxNumbered;
    }

    private async Task<bool> CompleteBatchesAsync(long after, CancellationToken cancellationToken)
    {
        var batches = await db.Events.Where(e => e.Position > after && e.BatchId != null && Final.Contains(e.Kind)).Select(e => e.BatchId!.Value).Distinct().ToListAsync(cancellationToken);
        return batches.Count > 0 && await BatchCompletion.RunAsync(db, batches, time.GetUtcNow(), cancellationToken);
    }
}

/// <summary>The one row that holds the number of the last event in the feed.</summary>
public sealed class EventCounter
{
    public int Id { get; init; }

    public long Last { get; init; }
}
