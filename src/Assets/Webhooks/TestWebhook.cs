using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using EventId = Pipeline.Assets.Events.EventId;

namespace Pipeline.Assets.Webhooks;

/// <summary>Sends a made-up event to a webhook at once, also while it is paused or disabled. It is not stored and changes nothing.</summary>
public sealed class TestWebhook(AssetDbContext db, WebhookSecrets secrets, WebhookClient client, TimeProvider time, ILogger<TestWebhook> logger)
{
    /// <param name="webhookId">The webhook.</param>
    /// <param name="type">One of <see cref="EventType"/>.</param>
    /// <param name="caller">Its owner.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null if the caller has no such webhook.</returns>
    public async Task<AttemptResult?> RunAsync(Guid webhookId, string type, Caller caller, CancellationToken cancellationToken)
    {
        var webhook = await db.Webhooks.Of(caller).AsNoTracking().SingleOrDefaultAsync(w => w.Id == webhookId, cancellationToken);
        if (webhook is null) return null;
        var now = time.GetUtcNow();
        if (secrets.ThatSign(webhook, now) is not { } signing)
        {
            logger.WebhookSecretUnreadable(webhookId);
            return new AttemptResult { At = now, Error = AttemptError.SecretUnreadable };
        }

        var subject = Guid.CreateVersion7(now);
        var id = new EventId(subject, 1).ToString();
        var document = new { id, type, timestamp = now, sequence = 1, data = Data(type, subject, webhook, now) };
        return await client.PostAsync(
            new WebhookMessage(webhook.Url, id, JsonSerializer.SerializeToUtf8Bytes(document, EventDocuments.Json), signing), cancellationToken);
    }

    private static JsonObject Data(string type, Guid subject, Webhook webhook, DateTimeOffset now)
    {
        var data = type switch
        {
            EventType.BatchCompleted => new JsonObject
            {
                ["batchId"] = subject, ["status"] = "completed", ["outcome"] = "all_ready", ["total"] = 1, ["byStatus"] = new JsonObject { ["ready"] = 1 },
                ["createdAt"] = Time(now), ["completedAt"] = Time(now), ["assets"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7(now), ["status"] = "ready" }),
            },
            EventType.WebhookPaused => JsonSerializer.SerializeToNode(WebhookView.Of(webhook, now).ForEvents(), EventDocuments.Json)!.AsObject(),
            EventType.Deleted => new JsonObject { ["id"] = subject },
            _ => new JsonObject
            {
                ["id"] = subject, ["status"] = type["asset.".Length..], ["revision"] = 1, ["sequence"] = 1, ["filename"] = "test.jpg", ["contentType"] = "image/jpeg",
                ["size"] = 1, ["profile"] = "web", ["stale"] = false, ["variants"] = new JsonArray(), ["createdAt"] = Time(now), ["updatedAt"] = Time(now),
            },
        };
        data["test"] = true;
        return data;
    }

    private static JsonNode Time(DateTimeOffset now) => JsonSerializer.SerializeToNode(now, EventDocuments.Json)!;
}
