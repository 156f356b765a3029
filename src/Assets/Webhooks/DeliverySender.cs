using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Webhooks;

/// <summary>Makes the body of a claimed delivery from its event, signs it, sends it and records the result.</summary>
public sealed class DeliverySender(
    AssetDbContext db, EventDocuments documents, WebhookSecrets secrets, WebhookClient client, DeliveryRecorder recorder, TimeProvider time, ILogger<DeliverySender> logger)
{
    /// <param name="claimed">The delivery.</param>
    /// <param name="stopSending">Gives up the request; nothing is recorded then.</param>
    /// <returns>When the delivery is due again; null if it is not.</returns>
    public async Task<DateTimeOffset?> SendAsync(ClaimedDelivery claimed, CancellationToken stopSending)
    {
        var result = await AttemptAsync(claimed, stopSending);

        // The webhook may have got the request, so its result is recorded even if the host stops.
        return await recorder.RecordAsync(claimed, result, CancellationToken.None);
    }

    private async Task<AttemptResult> AttemptAsync(ClaimedDelivery claimed, CancellationToken cancellationToken)
    {
        var (webhook, delivery) = claimed;
        var (assetId, sequence, at) = (delivery.AssetId, delivery.Sequence, delivery.EventAt);
        var line = await db.Events.AsNoTracking().SingleOrDefaultAsync(e => e.AssetId == assetId && e.Sequence == sequence && e.At == at, cancellationToken);
        if (line is null) return Unsent(AttemptError.EventGone);
        if (secrets.ThatSign(webhook, time.GetUtcNow()) is not { } signing)
        {
            logger.WebhookSecretUnreadable(webhook.Id);
            return Unsent(AttemptError.SecretUnreadable);
        }

        var document = (await documents.OfAsync([line], cancellationToken))[0];
        return await client.PostAsync(new WebhookMessage(webhook.Url, document.Id, document.Json, signing), cancellationToken);
    }

    private AttemptResult Unsent(string error) => new() { At = time.GetUtcNow(), Error = error };
}

internal static class SigningSecrets
{
    /// <summary>The secrets that sign now, the newest first: after a rotation those before sign for a while.</summary>
    /// <returns>Null if the current one cannot be decrypted.</returns>
    public static IReadOnlyList<byte[]>? ThatSign(this WebhookSecrets secrets, Webhook webhook, DateTimeOffset now)
    {
        if (secrets.TryDecrypt(webhook.Id, webhook.Secret) is not { } current) return null;
        var before = webhook.Earlier.Prepend(new EarlierSecret(webhook.PreviousSecret ?? "", webhook.PreviousUntil ?? now)).Where(e => e.Until > now);
        return [current, .. before.Select(e => secrets.TryDecrypt(webhook.Id, e.Secret)).OfType<byte[]>()];
    }
}
