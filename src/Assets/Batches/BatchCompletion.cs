using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Batches;

/// <summary>
/// Completes batches whose assets all are final. Runs in the transaction that numbers events, one instance at a time: when the last event of
/// a batch is numbered, the transactions of all its assets have committed. So no batch is missed, and none is completed twice.
/// </summary>
internal static class BatchCompletion
{
    /// <returns>Whether a batch was completed. Its event is added to the context and waits for its number.</returns>
    public static async Task<bool> RunAsync(AssetDbContext db, IReadOnlyCollection<Guid> batchIds, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var completed = false;
        foreach (var id in batchIds)
        {
            // One by one: for a list of ids the database may read the whole table.
            if (await db.Batches.SingleOrDefaultAsync(b => b.Id == id && b.CompletedAt == null, cancellationToken) is not { } batch) continue;
            var members = await db.Assets.AsNoTracking().Where(a => a.BatchId == batch.Id).OrderBy(a => a.BatchIndex)
                .Select(a => new { a.Id, a.Status }).ToListAsync(cancellationToken);
            AssetStatus[] statuses = [.. members.Select(m => m.Status)];
            if (!statuses.All(BatchViews.IsFinal)) continue;
            batch.Complete(BatchViews.OutcomeOf(statuses), now);
            var view = batch.View(statuses, members.ConvertAll(m => new BatchMember(m.Id, AssetView.Word(m.Status))));
            db.Events.Add(new AssetEvent(
                batch.TenantId, batch.OwnerId, batch.Id, sequence: 1, now, AssetEventKind.BatchCompleted, JsonSerializer.Serialize(view, EventDocuments.Json)));
            completed = true;
        }

        if (completed) await db.SaveChangesAsync(cancellationToken);
        return completed;
    }
}
