using System.Text.Json;

namespace Pipeline.Assets.Webhooks;

/// <summary>A webhook as the API shows it, and as its event is stored. Without its secret.</summary>
public sealed record WebhookView
{
    public required Guid Id { get; init; }

    public required string Url { get; init; }

    /// <summary>The types of events that it gets; empty for all.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    public string? Description { get; init; }

    public required string Status { get; init; }

    public string? DisabledReason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The first failure with no success after it.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? PausedAt { get; init; }

    public DateTimeOffset? NextProbeAt { get; init; }

    /// <summary>Until then, requests are signed with the secret before the last rotation as well.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; init; }

    public static WebhookView Of(Webhook webhook, DateTimeOffset now) => new()
    {
        Id = webhook.Id,
        Url = webhook.Url,
        Events = webhook.EventTypes,
        Description = webhook.Description,
        Status = Word(webhook.Status),
        DisabledReason = webhook.DisabledReason is { } reason ? Word(reason) : null,
        CreatedAt = webhook.CreatedAt,
        UpdatedAt = webhook.UpdatedAt,
        FailingSince = webhook.FailingSince,
        PausedAt = webhook.PausedAt,
        NextProbeAt = webhook.NextProbeAt,
        PreviousSecretUntil = webhook.PreviousUntil is { } until && until > now ? until : null,
    };

    public static string Word(WebhookStatus status) => status.ToString().ToLowerInvariant();

    public static string Word(DisabledReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    /// <summary>The same for an event, which leaves the API by other roads: the query of the URL may hold a key of the receiver.</summary>
    internal WebhookView ForEvents() => this with { Url = new Uri(Url).GetLeftPart(UriPartial.Path) };
}

/// <summary>A delivery as the API shows it.</summary>
/// <param name="Id">The event; the <c>webhook-id</c> of each try.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="Timestamp">The time of the event.</param>
/// <param name="Status"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="NextAttemptAt">When it is sent next; null while it is sent and once it is settled.</param>
/// <param name="SettledAt">When it became delivered or failed.</param>
/// <param name="Attempts">The tries, the oldest first.</param>
public sealed record DeliveryView(
    string Id, string Type, DateTimeOffset Timestamp, string Status, DateTimeOffset? NextAttemptAt, DateTimeOffset? SettledAt, IReadOnlyList<DeliveryAttemptView> Attempts)
{
    public static DeliveryView Of(WebhookDelivery delivery, IEnumerable<WebhookAttempt> attempts) => new(
        delivery.Id,
        delivery.Type,
        delivery.EventAt,
        Word(delivery.Status),
        delivery.Status == DeliveryStatus.Pending && delivery.LeasedUntil is null ? delivery.NextAttemptAt : null,
        delivery.SettledAt,
        [.. attempts.Select(DeliveryAttemptView.Of)]);

    public static string Word(DeliveryStatus status) => status.ToString().ToLowerInvariant();
}

/// <param name="Number">Counts from 1.</param>
/// <param name="At">When it began.</param>
/// <param name="Status">The HTTP status of the answer; null if none came.</param>
/// <param name="Ms">How long it took, in milliseconds.</param>
/// <param name="Error">One of <see cref="AttemptError"/>; null for a success.</param>
/// <param name="Answer">The beginning of the answer.</param>
public sealed record DeliveryAttemptView(int Number, DateTimeOffset At, int? Status, int Ms, string? Error, string? Answer)
{
    internal static DeliveryAttemptView Of(WebhookAttempt attempt) =>
        new(attempt.Number, attempt.At, attempt.Status, attempt.Milliseconds, attempt.Error, attempt.Answer);
}
