using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>How the change of a webhook ended.</summary>
public abstract record ChangeWebhookResult
{
    private ChangeWebhookResult()
    {
    }

    public sealed record Done(Webhook Webhook) : ChangeWebhookResult;

    /// <param name="Webhook">The webhook.</param>
    /// <param name="Secret">Its new secret, which is shown only now.</param>
    public sealed record Rotated(Webhook Webhook, string Secret) : ChangeWebhookResult;

    public sealed record NotFound : ChangeWebhookResult;

    /// <param name="Why">By field.</param>
    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Why) : ChangeWebhookResult;

    public sealed record ForbiddenAddress : ChangeWebhookResult;

    /// <summary>The server has no key to encrypt the secret with.</summary>
    public sealed record NotConfigured : ChangeWebhookResult;
}

/// <summary>Changes, rotates and deletes a webhook of the caller.</summary>
public sealed class ChangeWebhook(AssetDbContext db, IdempotentRequest idempotent, WebhookUrls urls, WebhookSecrets secrets, WebhookSignal sender, SweepSignal<WebhookUpkeep> upkeep, TimeProvider time)
{
    // The owner's change loses only against the results of a few tries.
    private const int MaxConflicts = 32;

    public async Task<ChangeWebhookResult> RunAsync(Guid id, WebhookRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!await db.Webhooks.Of(caller).AnyAsync(w => w.Id == id, cancellationToken)) return new ChangeWebhookResult.NotFound();
        var errors = request.Errors();
        var verdict = request.Url is null ? null : await urls.CheckAsync(request.Url, cancellationToken);
        if (verdict is UrlVerdict.Invalid invalid) errors["url"] = [invalid.Why];
        if (errors.Count > 0) return new ChangeWebhookResult.Invalid(errors);
        if (verdict is UrlVerdict.Forbidden) return new ChangeWebhookResult.ForbiddenAddress();
        var url = (verdict as UrlVerdict.Fine)?.Url;
        var result = await SaveAsync(id, caller, webhook => ApplyAsync(webhook, url, request, cancellationToken), cancellationToken);
        sender.Raise();
        return result is null ? new ChangeWebhookResult.NotFound() : new ChangeWebhookResult.Done(result);
    }

    /// <summary>Makes a new secret; the one before signs as well for <see cref="Webhook.Overlap"/>.</summary>
    public async Task<ChangeWebhookResult> RotateAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if (!secrets.CanEncrypt) return new ChangeWebhookResult.NotConfigured();
        var secret = WebhookSecrets.New();
        var result = await SaveAsync(
            id,
            caller,
            webhook =>
            {
                // To the microsecond, as the databases store it, because a repeat shows it again.
                var now = time.GetUtcNow();
                now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
                webhook.Rotate(secrets.Encrypt(id, secret), now);
                idempotent.Record(id, at: now);
                return Task.CompletedTask;
            },
            cancellationToken);
        return result is null ? new ChangeWebhookResult.NotFound() : new ChangeWebhookResult.Rotated(result, WebhookSecrets.Show(secret));
    }

    /// <returns>False if the caller has no such webhook.</returns>
    public async Task<bool> DeleteAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var isDeleted = await db.Webhooks.Of(caller).Where(w => w.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
        if (isDeleted) upkeep.Raise();
        return isDeleted;
    }

    private async Task ApplyAsync(Webhook webhook, string? url, WebhookRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        webhook.Change(url, request.Events, request.Description, now);
        if (request.Enabled == true && webhook.Status != WebhookStatus.Active) await db.ResumeAsync(webhook, now, cancellationToken);
        if (request.Enabled == false) webhook.Disable(DisabledReason.ByOwner, now);
    }

    private async Task<Webhook?> SaveAsync(Guid id, Caller caller, Func<Webhook, Task> change, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            db.ChangeTracker.Clear();
            await using var transaction = await idempotent.BeginAsync(cancellationToken);
            var webhook = await db.Webhooks.Of(caller).SingleOrDefaultAsync(w => w.Id == id, cancellationToken);
            if (webhook is null) return null;
            await change(webhook);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return webhook;
            }
            catch (DbUpdateConcurrencyException) when (conflicts < MaxConflicts)
            {
                // The result of a try was first: apply the change to the newer row.
            }
        }
    }
}
