using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>
/// Adds a delivery for each new event and each webhook of its owner, also for those that are paused or disabled: they get it once they are
/// active. The cursor of the feed moves in the same transaction, so each event gets its deliveries exactly once.
/// </summary>
public sealed class WebhookFanOut(AssetDbContext db, WebhookSignal signal, TimeProvider time) : ISweep
{
    // An owner has at most 20 webhooks, so a transaction inserts at most ten thousand rows.
    private const int MaxEvents = 500;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await FeedReader.AdvanceAsync(db, FeedReader.Webhooks, MaxEvents, AddAsync, cancellationToken) > 0) signal.Raise();
    }

    private async Task AddAsync(IReadOnlyList<AssetEvent> events, CancellationToken cancellationToken)
    {
        var owners = events.Select(e => e.OwnerId).Distinct().ToList();
        var webhooks = (await db.Webhooks.AsNoTracking().Where(w => owners.Contains(w.OwnerId)).ToListAsync(cancellationToken)).ToLookup(w => (w.TenantId, w.OwnerId));
        var now = time.GetUtcNow();
        foreach (var line in events)
        {
            var type = EventType.Of(line.Kind);
            if (type is null) continue;
            foreach (var webhook in webhooks[(line.TenantId, line.OwnerId)].Where(w => w.CreatedAt <= line.At && w.Wants(type)))
            {
                // A paused webhook does not get the event of its own pause.
                if (line.AssetId != webhook.Id) db.WebhookDeliveries.Add(new WebhookDelivery(webhook, line, type, now));
            }
        }
    }
}
