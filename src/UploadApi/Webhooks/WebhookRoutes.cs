using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets.Webhooks;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;

namespace Pipeline.UploadApi.Webhooks;

/// <summary>The routes of webhooks.</summary>
internal static class WebhookRoutes
{
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/api/webhooks").RequireAuthorization().WithTags("Webhooks");
        webhooks.MapGet("/", (ClaimsPrincipal user, [FromServices] WebhookReads reads, CancellationToken ct) => reads.ListAsync(user, ct))
            .WithName("listWebhooks").WithSummary("List your webhooks, the oldest first.").Produces<WebhookList>();
        webhooks.MapPost("/", (CreateWebhookRequest body, ClaimsPrincipal user, [FromServices] WebhookCommands commands, CancellationToken ct) => commands.CreateAsync(body, user, ct))
            .LimitedBy(limits => limits.WebhookChange).AcceptsIdempotencyKey(repeat => repeat.Service<WebhookCommands>().RepeatCreateAsync(repeat))
            .WithName("createWebhook").WithSummary("Add a URL that gets your events by POST. The response shows its signing secret, once.")
            .Produces<NewWebhook>(201).Refuses("forbidden_address", "not_found", "too_many_endpoints", "webhooks_not_configured");
        webhooks.MapGet("/{webhookId}", (Guid webhookId, ClaimsPrincipal user, [FromServices] WebhookReads reads, CancellationToken ct) => reads.OneAsync(webhookId, user, ct))
            .WithName("getWebhook").WithSummary("Get a webhook.").Produces<WebhookView>().Refuses("not_found");
        webhooks.MapPatch("/{webhookId}", (Guid webhookId, ChangeWebhookRequest body, ClaimsPrincipal user, [FromServices] WebhookCommands commands, CancellationToken ct) =>
                commands.ChangeAsync(webhookId, body, user, ct))
            .LimitedBy(limits => limits.WebhookChange)
            .WithName("changeWebhook").WithSummary("Change a webhook, disable it, or enable it, which also sends what it missed.")
            .Produces<WebhookView>().Refuses("not_found", "forbidden_address");
        webhooks.MapDelete("/{webhookId}", (Guid webhookId, ClaimsPrincipal user, [FromServices] WebhookCommands commands, CancellationToken ct) => commands.DeleteAsync(webhookId, user, ct))
            .LimitedBy(limits => limits.WebhookChange)
            .WithName("deleteWebhook").WithSummary("Delete a webhook with its deliveries.").Produces(204).Refuses("not_found");
        webhooks.MapPost("/{webhookId}/rotate", (Guid webhookId, ClaimsPrincipal user, [FromServices] WebhookCommands commands, CancellationToken ct) => commands.RotateAsync(webhookId, user, ct))
            .LimitedBy(limits => limits.WebhookChange).AcceptsIdempotencyKey(repeat => repeat.Service<WebhookCommands>().RepeatRotateAsync(repeat))
            .WithName("rotateWebhook").WithSummary("Make a new signing secret. For 24 hours the one before signs as well.")
            .Produces<RotatedSecret>().Refuses("not_found", "webhooks_not_configured");
        webhooks.MapPost("/{webhookId}/test", (Guid webhookId, TestWebhookRequest? body, ClaimsPrincipal user, [FromServices] WebhookCommands commands, CancellationToken ct) =>
                commands.TestAsync(webhookId, body, user, ct))
            .LimitedBy(limits => limits.WebhookTest)
            .WithName("testWebhook").WithSummary("Send a made-up event at once, and get the result.")
            .Produces<WebhookTestResult>().Refuses("not_found");
        MapDeliveries(webhooks);
    }

    private static void MapDeliveries(IEndpointRouteBuilder webhooks)
    {
        webhooks.MapGet("/{webhookId}/deliveries", (Guid webhookId, ClaimsPrincipal user, string? status, string? cursor, WholeNumber? limit, [FromServices] WebhookReads reads, CancellationToken ct) =>
                reads.DeliveriesAsync(webhookId, user, status, cursor, limit?.Value, ct))
            .WithName("listDeliveries").WithSummary("List the deliveries of a webhook with their attempts, newest first.")
            .Produces<DeliveryPage>().Refuses("not_found");
        webhooks.MapGet("/{webhookId}/deliveries/{deliveryId}", (Guid webhookId, string deliveryId, ClaimsPrincipal user, [FromServices] WebhookReads reads, CancellationToken ct) =>
                reads.DeliveryAsync(webhookId, deliveryId, user, ct))
            .WithName("getDelivery").WithSummary("Get a delivery with its attempts.").Produces<DeliveryView>().Refuses("not_found");
        webhooks.MapPost("/{webhookId}/deliveries/{deliveryId}/replay", (Guid webhookId, string deliveryId, ClaimsPrincipal user, [FromServices] WebhookCommands commands, CancellationToken ct) =>
                commands.ReplayAsync(webhookId, deliveryId, user, ct))
            .LimitedBy(limits => limits.WebhookReplay)
            .WithName("replayDelivery").WithSummary("Send a delivery again, with the same id.").Produces<DeliveryView>().Refuses("not_found");
        webhooks.MapPost("/{webhookId}/replay", (Guid webhookId, ReplayRequest body, ClaimsPrincipal user, [FromServices] WebhookCommands commands, CancellationToken ct) =>
                commands.ReplayRangeAsync(webhookId, body, user, ct))
            .LimitedBy(limits => limits.WebhookReplay)
            .WithName("replayDeliveries").WithSummary("Send many deliveries again, in order, with the same ids.").Produces<ReplayedDeliveries>().Refuses("not_found");
    }
}
