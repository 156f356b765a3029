using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets.Events;
using Pipeline.Assets.Webhooks;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;

namespace Pipeline.UploadApi.Webhooks;

/// <param name="Url">Where to send events.</param>
/// <param name="Events">The types to send; none or an empty list for all.</param>
/// <param name="Description">A note for people.</param>
public sealed record CreateWebhookRequest(string? Url, IReadOnlyList<string>? Events = null, string? Description = null);

/// <summary>The values to change; a field that is left out keeps its value.</summary>
public sealed record ChangeWebhookRequest(string? Url = null, IReadOnlyList<string>? Events = null, string? Description = null, bool? Enabled = null);

/// <param name="Type">The type of the event.</param>
public sealed record TestWebhookRequest(string? Type = null);

/// <param name="From">Events at or after this time.</param>
/// <param name="To">Events before this time.</param>
/// <param name="Status">Only deliveries in this state.</param>
/// <param name="Types">Only events of these types.</param>
public sealed record ReplayRequest(DateTimeOffset? From = null, DateTimeOffset? To = null, string? Status = null, IReadOnlyList<string>? Types = null);

/// <param name="Id">The webhook.</param>
/// <param name="Url">Where events are sent.</param>
/// <param name="Events">The types that are sent; empty for all.</param>
/// <param name="Description">A note for people.</param>
/// <param name="Status">Always <c>active</c>.</param>
/// <param name="Secret">The signing secret. No other response shows it, so it is left out of the answer to a repeat.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record NewWebhook(Guid Id, string Url, IReadOnlyList<string> Events, string? Description, string Status, string? Secret, DateTimeOffset CreatedAt);

/// <param name="Id">The webhook.</param>
/// <param name="Secret">The new signing secret. No other response shows it, so it is left out of the answer to a repeat.</param>
/// <param name="PreviousSecretUntil">Until then the secret before signs as well.</param>
public sealed record RotatedSecret(Guid Id, string? Secret, DateTimeOffset PreviousSecretUntil);

/// <param name="Success">Whether the webhook answered 2xx.</param>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="Ms">How long it took.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Answer">The beginning of the answer.</param>
public sealed record WebhookTestResult(bool Success, int? Status, int Ms, string? Error, string? Answer);

/// <param name="Count">How many deliveries are sent again.</param>
/// <param name="NextFrom">Left out unless there were too many for one request.</param>
public sealed record ReplayedDeliveries(int Count, DateTimeOffset? NextFrom);

/// <summary>The routes by which an owner changes and tries webhooks.</summary>
internal sealed class WebhookCommands(CreateWebhook create, ChangeWebhook change, TestWebhook test, ReplayDeliveries replay, WebhookReads reads)
{
    public async Task<IResult> CreateAsync(CreateWebhookRequest request, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await create.RunAsync(new WebhookRequest(request.Url, request.Events, request.Description), user.ToCaller(), cancellationToken) switch
        {
            CreateWebhookResult.Created created => Shown(created.Webhook, created.Secret),
            CreateWebhookResult.Invalid invalid => Problem.Invalid(invalid.Why).ToResult(),
            CreateWebhookResult.ForbiddenAddress => Problem.ForbiddenAddress().ToResult(),
            CreateWebhookResult.TooMany => Problem.TooManyEndpoints(Webhook.MaxPerOwner).ToResult(),
            CreateWebhookResult.NotConfigured => Problem.WebhooksNotConfigured().ToResult(),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };

    /// <summary>The webhook without its secret: a token and a key that someone found must not show it. A rotation makes another.</summary>
    public async Task<IResult> RepeatCreateAsync(RepeatedRequest repeat) =>
        await reads.FindAsync(repeat.Record.ResourceId, repeat.Caller, repeat.Aborted) is { } webhook ? Shown(webhook, secret: null) : Problem.NotFound().ToResult();

    public async Task<IResult> ChangeAsync(Guid id, ChangeWebhookRequest request, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Answer(await change.RunAsync(id, new WebhookRequest(request.Url, request.Events, request.Description, request.Enabled), user.ToCaller(), cancellationToken));

    public async Task<IResult> RotateAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Answer(await change.RotateAsync(id, user.ToCaller(), cancellationToken));

    /// <summary>The end of the overlap that the first request has promised, without the secret.</summary>
    public async Task<IResult> RepeatRotateAsync(RepeatedRequest repeat) =>
        await reads.FindAsync(repeat.Record.ResourceId, repeat.Caller, repeat.Aborted) is { } webhook
            ? Results.Ok(new RotatedSecret(webhook.Id, Secret: null, repeat.Record.CreatedAt + Webhook.Overlap))
            : Problem.NotFound().ToResult();

    public async Task<IResult> DeleteAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await change.DeleteAsync(id, user.ToCaller(), cancellationToken) ? Results.NoContent() : Problem.NotFound().ToResult();

    public async Task<IResult> TestAsync(Guid id, TestWebhookRequest? request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var type = request?.Type ?? EventType.Ready;
        if (!EventType.All.Contains(type)) return Wrong("type", TypeMustBe);
        return await test.RunAsync(id, type, user.ToCaller(), cancellationToken) is { } result
            ? Results.Ok(new WebhookTestResult(result.Error is null, result.Status, result.Milliseconds, result.Error, result.Answer))
            : Problem.NotFound().ToResult();
    }

    public async Task<IResult> ReplayAsync(Guid id, string deliveryId, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await replay.OneAsync(id, deliveryId, user.ToCaller(), cancellationToken) is { } delivery
            ? Results.Ok((await reads.ViewsAsync([delivery], cancellationToken))[0])
            : Problem.NotFound().ToResult();

    public async Task<IResult> ReplayRangeAsync(Guid id, ReplayRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        DeliveryStatus? status = null;
        if (request.Status is not null && !WebhookReads.TryStatus(request.Status, out status)) return Wrong("status", $"must be one of {DeliveryWords.All}");
        if (request.Types is { } types && (types.Count > EventType.All.Count || !types.All(EventType.All.Contains))) return Wrong("types", TypeMustBe);
        var range = new ReplayRange(request.From?.ToUniversalTime(), request.To?.ToUniversalTime(), status, request.Types);
        return await replay.RangeAsync(id, range, user.ToCaller(), cancellationToken) is { } replayed
            ? Results.Ok(new ReplayedDeliveries(replayed.Count, replayed.NextFrom))
            : Problem.NotFound().ToResult();
    }

    private static string TypeMustBe { get; } = $"must be one of {string.Join(", ", EventType.All)}";

    private static IResult Answer(ChangeWebhookResult result) => result switch
    {
        ChangeWebhookResult.Done done => Results.Ok(WebhookView.Of(done.Webhook, done.Webhook.UpdatedAt)),
        ChangeWebhookResult.Rotated rotated => Results.Ok(new RotatedSecret(rotated.Webhook.Id, rotated.Secret, rotated.Webhook.PreviousUntil!.Value)),
        ChangeWebhookResult.NotFound => Problem.NotFound().ToResult(),
        ChangeWebhookResult.Invalid invalid => Problem.Invalid(invalid.Why).ToResult(),
        ChangeWebhookResult.ForbiddenAddress => Problem.ForbiddenAddress().ToResult(),
        ChangeWebhookResult.NotConfigured => Problem.WebhooksNotConfigured().ToResult(),
        _ => throw new InvalidOperationException($"No answer for {result.GetType().Name}."),
    };

    private static IResult Shown(Webhook webhook, string? secret)
    {
        var view = WebhookView.Of(webhook, webhook.CreatedAt);
        return Results.Created($"/api/webhooks/{view.Id}", new NewWebhook(view.Id, view.Url, view.Events, view.Description, view.Status, secret, view.CreatedAt));
    }

    private static IResult Wrong(string field, string why) =>
        Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [why] }).ToResult();
}
