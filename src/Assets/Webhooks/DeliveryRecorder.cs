using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>Stores how a try ended, and what follows from it for the delivery and its webhook.</summary>
public sealed class DeliveryRecorder(AssetDbContext db, DeliverySchedule schedule, SweepSignal<EventFeed> feed, TimeProvider time, ILogger<DeliveryRecorder> logger)
{
    // Tries of one webhook end at the same time; of n that change its row, one loses at most n - 1 times.
    private const int MaxConflicts = 32;

    /// <returns>When the delivery is due again; null if it is not.</returns>
    public async Task<DateTimeOffset?> RecordAsync(ClaimedDelivery claimed, AttemptResult result, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            try
            {
                return await TryRecordAsync(claimed.Delivery, result, cancellationToken);
            }
            catch (DbUpdateConcurrencyException) when (conflicts < MaxConflicts)
            {
                // Another try, or the owner, changed the webhook meanwhile.
            }
        }
    }

    /// <summary>Pauses the webhooks that have only failed for days, and tells their owners by an event in the same transaction.</summary>
    public async Task PauseFailingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now - Webhook.MaxFailing;
        var failing = await db.Webhooks.Where(w => w.FailingSince <= since && w.Status == WebhookStatus.Active).Select(w => w.Id).ToListAsync(cancellationToken);
        foreach (var id in failing)
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var webhook = await db.Webhooks.Where(w => w.Id == id).TagWith(AssetStore.ClaimTag).SingleOrDefaultAsync(cancellationToken);
            if (webhook?.MustPause(now) != true) continue;
            webhook.Pause(now);
            var snapshot = JsonSerializer.Serialize(WebhookView.Of(webhook, now).ForEvents(), EventDocuments.Json);
            db.Events.Add(new AssetEvent(webhook.TenantId, webhook.OwnerId, webhook.Id, webhook.PauseCount, now, AssetEventKind.WebhookPaused, snapshot));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            logger.WebhookPaused(id);
            feed.Raise();
        }
    }

    private async Task<DateTimeOffset?> TryRecordAsync(WebhookDelivery claimed, AttemptResult result, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var webhook = await db.Webhooks.SingleOrDefaultAsync(w => w.Id == claimed.WebhookId, cancellationToken);
        var delivery = await db.WebhookDeliveries.SingleOrDefaultAsync(
            d => d.WebhookId == claimed.WebhookId && d.Position == claimed.Position && d.Claims == claimed.Claims, cancellationToken);
        if (webhook is null || delivery is null)
        {
            logger.AttemptDropped(claimed.WebhookId, claimed.Id);
            return null;
        }

        var number = delivery.CountAttempt();
        db.WebhookAttempts.Add(new WebhookAttempt
        {
            WebhookId = webhook.Id,
            Position = delivery.Position,
            Number = number,
            At = result.At,
            Status = result.Status,
            Milliseconds = result.Milliseconds,
            Answer = result.Answer,
            Error = result.Error,
        });
        var next = result.Error is null ? await SucceedAsync(webhook, delivery, cancellationToken) : Fail(webhook, delivery, result);
        await db.SaveChangesAsync(cancellationToken);
        await db.WebhookAttempts.Where(a => a.WebhookId == webhook.Id && a.Position == delivery.Position && a.Number <= number - WebhookAttempt.MaxKept)
            .ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return next;
    }

    private async Task<DateTimeOffset?> SucceedAsync(Webhook webhook, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        delivery.Delivered(now);
        if (webhook.Status != WebhookStatus.Paused)
        {
            webhook.Succeeded();
            return null;
        }

        // Save the delivery first, or it would count as missed.
        await db.SaveChangesAsync(cancellationToken);
        await db.ResumeAsync(webhook, now, cancellationToken);
        logger.WebhookResumed(webhook.Id);
        return now;
    }

    private DateTimeOffset? Fail(Webhook webhook, WebhookDelivery delivery, AttemptResult result)
    {
        var now = time.GetUtcNow();
        if (result.Error == AttemptError.EventGone)
        {
            delivery.Failed(now);
            return null;
        }

        webhook.Failed(result.At);
        if (result.IsGone && webhook.Status != WebhookStatus.Disabled)
        {
            webhook.Disable(DisabledReason.Gone, now);
            logger.WebhookGone(webhook.Id);
        }

        // While nothing is sent, a delivery stays as it is: all that was missed begins its schedule again later.
        if (webhook.Status != WebhookStatus.Active)
        {
            if (webhook.Status == WebhookStatus.Paused && now + result.RetryAfter is { } asked && asked > webhook.NextProbeAt) webhook.ProbeAt(asked);
            return null;
        }

        if (schedule.After(delivery.Tries + 1, result.RetryAfter) is not { } wait)
        {
            delivery.Failed(now);
            logger.DeliveryFailed(webhook.Id, delivery.Id);
            return null;
        }

        delivery.TryAgain(now + wait);
        return now + wait;
    }
}
