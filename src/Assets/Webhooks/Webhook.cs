using System.Text.Json;
namespace Pipeline.Assets.Webhooks;

/// <summary>Whether a webhook is called. Stored by name, and shown in lower case.</summary>
public enum WebhookStatus
{
    /// <summary>Events are sent.</summary>
    Active,

    /// <summary>It failed for days. It is tried each hour, and resumed by the first success.</summary>
    Paused,

    /// <summary>Nothing is sent until the owner enables it.</summary>
    Disabled,
}

/// <summary>Why a webhook is disabled. Stored by name, and shown in snake case.</summary>
public enum DisabledReason
{
    /// <summary>The owner disabled it.</summary>
    ByOwner,

    /// <summary>It answered 410 Gone.</summary>
    Gone,
}

/// <param name="Secret">Encrypted by <see cref="WebhookSecrets"/>.</param>
/// <param name="Until">Until then it signs.</param>
internal sealed record EarlierSecret(string Secret, DateTimeOffset Until);

/// <summary>An address of a client that gets its events by POST.</summary>
public sealed class Webhook
{
    /// <summary>Longest URL, in characters.</summary>
    public const int MaxUrl = 2_000;

    /// <summary>Longest description, in characters.</summary>
    public const int MaxDescription = 200;

    /// <summary>Most webhooks of one owner.</summary>
    public const int MaxPerOwner = 20;

    /// <summary>How long the secret before a rotation signs as well.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Most secrets that sign besides the current and the previous one.</summary>
    internal const int MaxEarlier = 8;

    /// <summary>After so long with nothing but failures it is paused.</summary>
    public static readonly TimeSpan MaxFailing = TimeSpan.FromDays(5);

    /// <summary>Time between two tries of a paused webhook.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromHours(1);

    private Webhook() { }

    public Webhook(Guid id, Caller owner, WebhookTarget target, string secret, DateTimeOffset now)
    {
        (Id, TenantId, OwnerId, Secret, CreatedAt, UpdatedAt) = (id, owner.TenantId, owner.UserId, secret, now, now);
        (Url, Events, Description) = (target.Url, Joined(target.Events), target.Description);
    }

    public Guid Id { get; private set; }

    public string TenantId { get; private set; } = "";

    public string OwnerId { get; private set; } = "";

    public string Url { get; private set; } = "";

    /// <summary>The types that it gets, parted by commas; empty for all.</summary>
    public string Events { get; private set; } = "";

    public string? Description { get; private set; }

    /// <summary>The signing secret, encrypted by <see cref="WebhookSecrets"/>.</summary>
    public string Secret { get; private set; } = "";

    /// <summary>The secret before the last rotation, encrypted; it signs until <see cref="PreviousUntil"/>.</summary>
    public string? PreviousSecret { get; private set; }

    public DateTimeOffset? PreviousUntil { get; private set; }

    /// <summary>Secrets of rotations before the last one, as JSON: <see cref="Earlier"/>.</summary>
    public string? EarlierSecrets { get; private set; }

    /// <summary>If it was rotated more than once within <see cref="Overlap"/>: the secrets before the previous one, the newest first.</summary>
    internal IReadOnlyList<EarlierSecret> Earlier
    {
        get => EarlierSecrets is null ? [] : JsonSerializer.Deserialize<List<EarlierSecret>>(EarlierSecrets, JsonSerializerOptions.Web)!;
        private set => EarlierSecrets = value.Count == 0 ? null : JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
    }

    public WebhookStatus Status { get; private set; }

    /// <summary>Set while it is disabled.</summary>
    public DisabledReason? DisabledReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>The first failure with no success after it; null while it works.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>Set while it is paused.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>When the next delivery is tried, while it is paused.</summary>
    public DateTimeOffset? NextProbeAt { get; private set; }

    /// <summary>How often it was paused; the sequence of its events.</summary>
    public int PauseCount { get; private set; }

    /// <summary>Grows with each change; tells concurrent changes apart.</summary>
    public int Version { get; private set; }

    public IReadOnlyList<string> EventTypes => Events.Split(',', StringSplitOptions.RemoveEmptyEntries);

    public bool Wants(string type) => Events.Length == 0 || EventTypes.Contains(type, StringComparer.Ordinal);

    /// <summary>Changes what is set; null leaves a value as it is, and an empty description removes it.</summary>
    internal void Change(string? url, IReadOnlyCollection<string>? events, string? description, DateTimeOffset now)
    {
        Url = url ?? Url;
        Events = events is null ? Events : Joined(events);
        Description = description is null ? Description : description.Length == 0 ? null : description;
        Touch(now);
    }

    internal void Rotate(string secret, DateTimeOffset now)
    {
        // The receiver may still have any of them: an answer with a new secret can be lost.
        if (PreviousSecret is { } previous && PreviousUntil is { } until) Earlier = [.. Earlier.Prepend(new EarlierSecret(previous, until)).Where(e => e.Until > now).Take(MaxEarlier)];
        (PreviousSecret, PreviousUntil, Secret) = (Secret, now + Overlap, secret);
        Touch(now);
    }

    /// <summary>Stores the same secrets under a newer key.</summary>
    internal void Reencrypt(string secret, string? previous, IReadOnlyList<EarlierSecret> earlier)
    {
        (Secret, PreviousSecret, Earlier) = (secret, previous, earlier);
        Version++;
    }

    internal void Failed(DateTimeOffset at)
    {
        if (FailingSince is not null) return;
        FailingSince = at;
        Version++;
    }

    internal void Succeeded()
    {
        if (FailingSince is null) return;
        FailingSince = null;
        Version++;
    }

    internal bool MustPause(DateTimeOffset now) => Status == WebhookStatus.Active && FailingSince <= now - MaxFailing;

    internal void Pause(DateTimeOffset now)
    {
        (Status, PausedAt, NextProbeAt) = (WebhookStatus.Paused, now, now + ProbeInterval);
        PauseCount++;
        Touch(now);
    }

    internal void ProbeAt(DateTimeOffset at)
    {
        NextProbeAt = at;
        Version++;
    }

    internal void Disable(DisabledReason reason, DateTimeOffset now)
    {
        (Status, DisabledReason, PausedAt, NextProbeAt) = (WebhookStatus.Disabled, reason, null, null);
        Touch(now);
    }

    internal void Resume(DateTimeOffset now)
    {
        (Status, DisabledReason, FailingSince, PausedAt, NextProbeAt) = (WebhookStatus.Active, null, null, null, null);
        Touch(now);
    }

    private static string Joined(IEnumerable<string> events) => string.Join(',', events.Distinct(StringComparer.Ordinal));

    private void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}

/// <param name="Url">Where to send.</param>
/// <param name="Events">The types to send; empty for all.</param>
/// <param name="Description">The owner's note; null for none.</param>
public sealed record WebhookTarget(string Url, IReadOnlyCollection<string> Events, string? Description);

/// <summary>The one filter for the webhooks of a caller.</summary>
public static class WebhookFilter
{
    public static IQueryable<Webhook> Of(this IQueryable<Webhook> webhooks, Caller caller) =>
        webhooks.Where(w => w.TenantId == caller.TenantId && w.OwnerId == caller.UserId);
}
