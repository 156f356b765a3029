using Pipeline.Assets.Events;

namespace Pipeline.Assets.Webhooks;

/// <summary>How a delivery stands. Stored by name, and shown in lower case.</summary>
public enum DeliveryStatus
{
    /// <summary>It is sent, or sent again, when it is due.</summary>
    Pending,

    /// <summary>The webhook answered 2xx.</summary>
    Delivered,

    /// <summary>All tries failed.</summary>
    Failed,
}

/// <summary>One event for one webhook. The body is not stored: it is made from the event for each try.</summary>
public sealed class WebhookDelivery
{
    private WebhookDelivery() { }

    internal WebhookDelivery(Webhook webhook, AssetEvent line, string type, DateTimeOffset now)
    {
        (WebhookId, Position, AssetId, Sequence) = (webhook.Id, line.Position!.Value, line.AssetId, line.Sequence);
        (EventAt, Type, NextAttemptAt) = (line.At, type, now);
    }

    public Guid WebhookId { get; private set; }

    /// <summary>The place of the event in the feed: deliveries are sent in this order.</summary>
    public long Position { get; private set; }

    /// <summary>The subject of the event.</summary>
    public Guid AssetId { get; private set; }

    /// <summary>The sequence of the event.</summary>
    public int Sequence { get; private set; }

    /// <summary>The time of the event.</summary>
    public DateTimeOffset EventAt { get; private set; }

    /// <summary>The type of the event.</summary>
    public string Type { get; private set; } = "";

    public DeliveryStatus Status { get; private set; }

    /// <summary>All tries so far; the number of the last one.</summary>
    public int Attempts { get; private set; }

    /// <summary>Tries since the schedule began; a replay begins it again.</summary>
    public int Tries { get; private set; }

    /// <summary>When it is due, while it is pending.</summary>
    public DateTimeOffset NextAttemptAt { get; private set; }

    /// <summary>An instance sends it until then; afterwards that instance counts as dead. Null while nobody sends it.</summary>
    public DateTimeOffset? LeasedUntil { get; private set; }

    /// <summary>When it became delivered or failed.</summary>
    public DateTimeOffset? SettledAt { get; private set; }

    /// <summary>It was missed or is replayed with others: these are sent one at a time, in order.</summary>
    public bool IsInOrder { get; private set; }

    /// <summary>Counts the claims, so that the result of a sender that counted as dead is dropped.</summary>
    public int Claims { get; private set; }

    public string Id => new EventId(AssetId, Sequence).ToString();

    internal void Claim(DateTimeOffset until)
    {
        LeasedUntil = until;
        Claims++;
    }

    internal int CountAttempt()
    {
        LeasedUntil = null;
        return ++Attempts;
    }

    internal void Delivered(DateTimeOffset now) => (Status, SettledAt, IsInOrder) = (DeliveryStatus.Delivered, now, false);

    internal void TryAgain(DateTimeOffset at)
    {
        NextAttemptAt = at;
        Tries++;
    }

    internal void Failed(DateTimeOffset now)
    {
        (Status, SettledAt, IsInOrder) = (DeliveryStatus.Failed, now, false);
        Tries++;
    }
}

/// <summary>One try of a delivery.</summary>
public sealed class WebhookAttempt
{
    /// <summary>Most tries that are kept for a delivery; the oldest are dropped.</summary>
    public const int MaxKept = 50;

    public required Guid WebhookId { get; init; }

    public required long Position { get; init; }

    /// <summary>Counts from 1.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The HTTP status of the answer; null if none came.</summary>
    public int? Status { get; init; }

    public required int Milliseconds { get; init; }

    /// <summary>The beginning of the answer, printable; see <see cref="AnswerText"/>.</summary>
    public string? Answer { get; init; }

    /// <summary>One of <see cref="AttemptError"/>; null for a success.</summary>
    public string? Error { get; init; }
}
