using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>How the creation of a webhook ended.</summary>
public abstract record CreateWebhookResult
{
    private CreateWebhookResult()
    {
    }

    /// <param name="Webhook">The new webhook.</param>
    /// <param name="Secret">Its secret, which is shown only now.</param>
    public sealed record Created(Webhook Webhook, string Secret) : CreateWebhookResult;

    /// <param name="Why">By field.</param>
    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Why) : CreateWebhookResult;

    public sealed record ForbiddenAddress : CreateWebhookResult;

    public sealed record TooMany : CreateWebhookResult;

    /// <summary>The server has no key to encrypt the secret with.</summary>
    public sealed record NotConfigured : CreateWebhookResult;
}

/// <summary>Adds a webhook with a new secret.</summary>
public sealed class CreateWebhook(AssetDbContext db, IdempotentRequest idempotent, WebhookUrls urls, WebhookSecrets secrets, TimeProvider time)
{
    public async Task<CreateWebhookResult> RunAsync(WebhookRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!secrets.CanEncrypt) return new CreateWebhookResult.NotConfigured();
        var errors = request.Errors();
        var verdict = await urls.CheckAsync(request.Url, cancellationToken);
        if (verdict is UrlVerdict.Invalid invalid) errors["url"] = [invalid.Why];
        if (errors.Count > 0) return new CreateWebhookResult.Invalid(errors);
        if (verdict is not UrlVerdict.Fine fine) return new CreateWebhookResult.ForbiddenAddress();

        await using var transaction = await idempotent.BeginAsync(cancellationToken);

        // Lock the owner, so that two requests on any instances cannot both take the last place.
        await db.LockOwnerAsync(caller.TenantId, caller.UserId, cancellationToken);
        if (await db.Webhooks.Of(caller).CountAsync(cancellationToken) >= Webhook.MaxPerOwner) return new CreateWebhookResult.TooMany();
        var now = time.GetUtcNow();
        var (id, secret) = (Guid.CreateVersion7(now), WebhookSecrets.New());
        var target = new WebhookTarget(fine.Url, request.Events ?? [], string.IsNullOrEmpty(request.Description) ? null : request.Description);
        var webhook = new Webhook(id, caller, target, secrets.Encrypt(id, secret), now);
        db.Webhooks.Add(webhook);
        idempotent.Record(id);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new CreateWebhookResult.Created(webhook, WebhookSecrets.Show(secret));
    }
}
