using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>Which deliveries to send again. Null for no limit.</summary>
/// <param name="From">Events at or after this time.</param>
/// <param name="To">Events before this time.</param>
/// <param name="Status">Deliveries in this state.</param>
/// <param name="Types">Events of these types.</param>
public sealed record ReplayRange(DateTimeOffset? From, DateTimeOffset? To, DeliveryStatus? Status, IReadOnlyList<string>? Types);

/// <param name="Count">How many are sent again.</param>
/// <param name="NextFrom">If there were too many for one request: the time of the first event that is left.</param>
public sealed record ReplayedRange(int Count, DateTimeOffset? NextFrom);

/// <summary>Sends deliveries again, with the same ids and fresh timestamps.</summary>
public sealed class ReplayDeliveries(AssetDbContext db, WebhookSignal sender, TimeProvider time)
{
    /// <summary>Most deliveries of one request.</summary>
    public const int Most = 10_000;

    /// <summary>Sends one again. One that is being sent stays as it is.</summary>
    /// <returns>Null if the caller has no such delivery.</returns>
    public async Task<WebhookDelivery?> OneAsync(Guid webhookId, string deliveryId, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindAsync(webhookId, deliveryId, caller, cancellationToken) is not { } found) return null;
        var now = time.GetUtcNow();
        await db.WebhookDeliveries
            .Where(d => d.WebhookId == webhookId && d.Position == found.Position && (d.LeasedUntil == null || d.LeasedUntil <= now))
            .ReplayAsync(inOrder: false, now, cancellationToken);
        sender.Raise();
        return await db.WebhookDeliveries.AsNoTracking().SingleOrDefaultAsync(d => d.WebhookId == webhookId && d.Position == found.Position, cancellationToken);
    }

    /// <summary>Sends a range again, in order, the oldest first.</summary>
    /// <returns>Null if the caller has no such webhook.</returns>
    public async Task<ReplayedRange?> RangeAsync(Guid webhookId, ReplayRange range, Caller caller, CancellationToken cancellationToken)
    {
        if (!await db.Webhooks.Of(caller).AnyAsync(w => w.Id == webhookId, cancellationToken)) return null;
        var now = time.GetUtcNow();
        var chosen = Chosen(webhookId, range, now);
        var beyond = await chosen.OrderBy(d => d.Position).Skip(Most).Select(d => new { d.Position, d.EventAt }).FirstOrDefaultAsync(cancellationToken);
        var end = beyond?.Position ?? long.MaxValue;
        var count = await chosen.Where(d => d.Position < end).ReplayAsync(inOrder: true, now, cancellationToken);
        sender.Raise();
        return new ReplayedRange(count, beyond?.EventAt);
    }

    /// <summary>The caller's delivery with this id.</summary>
    public async Task<WebhookDelivery?> FindAsync(Guid webhookId, string deliveryId, Caller caller, CancellationToken cancellationToken)
    {
        if (!EventId.TryParse(deliveryId, out var id)) return null;
        var (subject, sequence) = id;
        return await db.WebhookDeliveries.AsNoTracking()
            .Where(d => d.WebhookId == webhookId && d.AssetId == subject && d.Sequence == sequence)
            .Where(d => db.Webhooks.Any(w => w.Id == d.WebhookId && w.TenantId == caller.TenantId && w.OwnerId == caller.UserId))
            .SingleOrDefaultAsync(cancellationToken);
    }

    private IQueryable<WebhookDelivery> Chosen(Guid webhookId, ReplayRange range, DateTimeOffset now)
    {
        var chosen = db.WebhookDeliveries.Where(d => d.WebhookId == webhookId && (d.LeasedUntil == null || d.LeasedUntil <= now));
        if (range.From is { } from) chosen = chosen.Where(d => d.EventAt >= from);
        if (range.To is { } to) chosen = chosen.Where(d => d.EventAt < to);
        if (range.Status is { } status) chosen = chosen.Where(d => d.Status == status);
        return range.Types is { Count: > 0 } types ? chosen.Where(d => types.Contains(d.Type)) : chosen;
    }
}
