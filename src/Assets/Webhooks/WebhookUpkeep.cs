using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>
/// Deletes deliveries with their tries that are older than <see cref="EventOptions.KeepDays"/> or whose webhook is deleted, and encrypts secrets
/// with the current key.
/// </summary>
public sealed class WebhookUpkeep(AssetDbContext db, WebhookSecrets secrets, IOptions<EventOptions> events, TimeProvider time, ILogger<WebhookUpkeep> logger) : ISweep
{
    // Rows deleted in one statement, so that other writers do not wait for long.
    private const int Step = 1_000;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow().AddDays(-events.Value.KeepDays);
        await DeleteAsync(db.WebhookDeliveries.Where(d => d.EventAt < oldest).OrderBy(d => d.EventAt), cancellationToken);
        await DeleteAsync(db.WebhookDeliveries.Where(d => !db.Webhooks.Any(w => w.Id == d.WebhookId)).OrderBy(d => d.WebhookId), cancellationToken);
        if (secrets.CanEncrypt) await ReencryptAsync(cancellationToken);
    }

    private async Task DeleteAsync(IOrderedQueryable<WebhookDelivery> deliveries, CancellationToken cancellationToken)
    {
        while (true)
        {
            var some = await deliveries.Select(d => new { d.WebhookId, d.Position }).Take(Step).ToListAsync(cancellationToken);
            foreach (var webhook in some.GroupBy(d => d.WebhookId))
            {
                var positions = webhook.Select(d => d.Position).ToList();
                await db.WebhookDeliveries.Where(d => d.WebhookId == webhook.Key && positions.Contains(d.Position)).ExecuteDeleteAsync(cancellationToken);
            }

            if (some.Count < Step) return;
        }
    }

    private async Task ReencryptAsync(CancellationToken cancellationToken)
    {
        var current = secrets.CurrentPrefix;
        var outdated = await db.Webhooks.AsNoTracking()
            .Where(w => !w.Secret.StartsWith(current) || (w.PreviousSecret != null && !w.PreviousSecret.StartsWith(current)))
            .Select(w => w.Id).ToListAsync(cancellationToken);
        foreach (var id in outdated) await ReencryptAsync(id, cancellationToken);
    }

    private async Task ReencryptAsync(Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await db.Webhooks.SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is not { } webhook) return;
        if (secrets.TryDecrypt(id, webhook.Secret) is not { } secret)
        {
            logger.WebhookSecretUnreadable(id);
            return;
        }

        var previous = webhook.PreviousSecret is { } stored ? secrets.TryDecrypt(id, stored) : null;
        var earlier = webhook.Earlier.Select(e => (e.Until, Secret: secrets.TryDecrypt(id, e.Secret))).Where(e => e.Secret is not null);
        webhook.Reencrypt(
            secrets.Encrypt(id, secret), previous is null ? null : secrets.Encrypt(id, previous), [.. earlier.Select(e => new EarlierSecret(secrets.Encrypt(id, e.Secret!), e.Until))]);
        await db.SaveChangesAsync(cancellationToken);
    }
}
