namespace Pipeline.Assets.Events;

/// <summary>The types of events that clients get. Other entries of the log are for the timeline only.</summary>
public static class EventType
{
    public const string Queued = "asset.queued";
    public const string Processing = "asset.processing";
    public const string Ready = "asset.ready";
    public const string Rejected = "asset.rejected";
    public const string Failed = "asset.failed";
    public const string Expired = "asset.expired";
    public const string Deleted = "asset.deleted";
    public const string BatchCompleted = "batch.completed";
    public const string WebhookPaused = "webhook.paused";

    private static readonly IReadOnlyDictionary<AssetEventKind, string> Types = new Dictionary<AssetEventKind, string>
    {
        [AssetEventKind.Confirmed] = Queued,
        [AssetEventKind.ReprocessRequested] = Queued,
        [AssetEventKind.RevisionFollows] = Queued,
        [AssetEventKind.AttemptFailed] = Queued,
        [AssetEventKind.Started] = Processing,
        [AssetEventKind.Ready] = Ready,
        [AssetEventKind.RolledBack] = Ready,
        [AssetEventKind.Rejected] = Rejected,
        [AssetEventKind.Failed] = Failed,
        [AssetEventKind.Expired] = Expired,
        [AssetEventKind.Deleted] = Deleted,
        [AssetEventKind.BatchCompleted] = BatchCompleted,
        [AssetEventKind.WebhookPaused] = WebhookPaused,
    };

    /// <summary>All types.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Types.Values.Distinct(StringComparer.Ordinal)];

    /// <summary>The type of a kind; null if clients do not get it.</summary>
    public static string? Of(AssetEventKind kind) => Types.GetValueOrDefault(kind);

    /// <summary>The kinds of a type.</summary>
    public static IEnumerable<AssetEventKind> KindsOf(string type) => Types.Where(t => t.Value == type).Select(t => t.Key);
}
