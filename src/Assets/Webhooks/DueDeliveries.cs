using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>A delivery that this instance sends until the end of its lease.</summary>
/// <param name="Webhook">The webhook as it was at the claim.</param>
/// <param name="Delivery">The delivery as it was at the claim.</param>
public sealed record ClaimedDelivery(Webhook Webhook, WebhookDelivery Delivery);

/// <summary>Claims deliveries that are due. Instances take turns for each webhook, so order and concurrency hold over all of them.</summary>
public sealed class DueDeliveries(AssetDbContext db, IOptions<WebhookOptions> options, TimeProvider time)
{
    // More than one request can take, so that no other instance sends the same delivery meanwhile.
    private TimeSpan Lease => TimeSpan.FromSeconds((options.Value.TimeoutSeconds * 2) + 30);

    /// <summary>Webhooks with something due, in the order of their ids.</summary>
    /// <param name="after">Begins after this id.</param>
    /// <param name="except">Webhooks to leave out.</param>
    /// <param name="most">Most webhooks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<Webhook>> DueAsync(Guid after, IReadOnlyCollection<Guid> except, int most, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.Webhooks.AsNoTracking()
            .Where(w => w.Id.CompareTo(after) > 0 && !except.Contains(w.Id))
            .Where(w => (w.Status == WebhookStatus.Active
                    && db.WebhookDeliveries.Any(d => d.WebhookId == w.Id && d.Status == DeliveryStatus.Pending && d.NextAttemptAt <= now
                        && (d.LeasedUntil == null || d.LeasedUntil <= now)))
                || (w.Status == WebhookStatus.Paused && w.NextProbeAt <= now))
            .OrderBy(w => w.Id)
            .Take(most)
            .ToListAsync(cancellationToken);
    }

    /// <returns>What this instance sends now: at most this many; none if another instance claims for this webhook at the same time.</returns>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(Guid webhookId, int most, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var webhook = await db.Webhooks.Where(w => w.Id == webhookId).TagWith(AssetStore.ClaimTag).SingleOrDefaultAsync(cancellationToken);
        var now = time.GetUtcNow();
        var claimed = webhook?.Status switch
        {
            WebhookStatus.Active => await DueAsync(webhook, most, now, cancellationToken),
            WebhookStatus.Paused when webhook.NextProbeAt <= now => await ProbeAsync(webhook, now, cancellationToken),
            _ => [],
        };
        foreach (var delivery in claimed) delivery.Claim(now + Lease);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return claimed.ConvertAll(delivery => new ClaimedDelivery(webhook!, delivery));
    }

    /// <summary>Ends claims whose requests were not sent to their end, so that they are sent again at once.</summary>
    public async Task ReleaseAsync(ClaimedDelivery claimed, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var (webhookId, position, claims) = (claimed.Delivery.WebhookId, claimed.Delivery.Position, claimed.Delivery.Claims);
        await db.WebhookDeliveries.Where(d => d.WebhookId == webhookId && d.Position == position && d.Claims == claims)
            .ExecuteUpdateAsync(row => row.SetProperty(d => d.LeasedUntil, (DateTimeOffset?)null), cancellationToken);
    }

    private async Task<List<WebhookDelivery>> DueAsync(Webhook webhook, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var inFlight = await db.WebhookDeliveries.CountAsync(d => d.WebhookId == webhook.Id && d.LeasedUntil > now, cancellationToken);

        // One that fails gets one request at a time, so that it wastes few places.
        var places = (webhook.FailingSince is null ? options.Value.ConcurrencyPerEndpoint : 1) - inFlight;
        if (places <= 0) return [];
        var due = await db.WebhookDeliveries
            .Where(d => d.WebhookId == webhook.Id && d.Status == DeliveryStatus.Pending && d.NextAttemptAt <= now && (d.LeasedUntil == null || d.LeasedUntil <= now))
            .OrderBy(d => d.Position)
            .Take(Math.Min(most, places))
            .ToListAsync(cancellationToken);
        if (due.FindIndex(d => d.IsInOrder) is not (>= 0 and var first)) return due;
        if (first > 0) return due[..first];
        return inFlight == 0 ? due[..1] : [];
    }

    private async Task<List<WebhookDelivery>> ProbeAsync(Webhook webhook, DateTimeOffset now, CancellationToken cancellationToken)
    {
        webhook.ProbeAt(now + Webhook.ProbeInterval);
        return await db.Missed(webhook, now).OrderBy(d => d.Position).Take(1).ToListAsync(cancellationToken);
    }
}
