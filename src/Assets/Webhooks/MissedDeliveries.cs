using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>The deliveries that a webhook missed: those that wait, and those that failed since it failed only.</summary>
internal static class MissedDeliveries
{
    public static IQueryable<WebhookDelivery> Missed(this AssetDbContext db, Webhook webhook, DateTimeOffset now)
    {
        var since = webhook.FailingSince;
        return db.WebhookDeliveries.Where(d => d.WebhookId == webhook.Id && (d.LeasedUntil == null || d.LeasedUntil <= now)
            && (d.Status == DeliveryStatus.Pending || (d.Status == DeliveryStatus.Failed && d.SettledAt >= since)));
    }

    /// <summary>Makes the webhook active and all that it missed due, in order. Save the context in the same transaction.</summary>
    public static async Task ResumeAsync(this AssetDbContext db, Webhook webhook, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await db.Missed(webhook, now).ReplayAsync(inOrder: true, now, cancellationToken);
        webhook.Resume(now);
    }

    /// <summary>Begins the schedules of these again.</summary>
    /// <param name="deliveries">None of them is being sent.</param>
    /// <param name="inOrder">Sends them one at a time, in order.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<int> ReplayAsync(this IQueryable<WebhookDelivery> deliveries, bool inOrder, DateTimeOffset now, CancellationToken cancellationToken) =>
        deliveries.ExecuteUpdateAsync(
            row => row
                .SetProperty(d => d.Status, DeliveryStatus.Pending)
                .SetProperty(d => d.SettledAt, (DateTimeOffset?)null)
                .SetProperty(d => d.Tries, 0)
                .SetProperty(d => d.NextAttemptAt, now)
                .SetProperty(d => d.IsInOrder, d => inOrder || d.IsInOrder),
            cancellationToken);
}
