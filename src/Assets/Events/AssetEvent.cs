using System.Text.Json;

namespace Pipeline.Assets.Events;

/// <summary>
/// One entry of the append-only event log: the ledger that answers "why is this published?", and the one source of live status, webhooks and
/// bus events. It is written in the transaction that changes the asset.
/// </summary>
public sealed class AssetEvent
{
    /// <summary>The <see cref="Position"/> of events that are not delivered.</summary>
    public const long NotDelivered = 0;

    private AssetEvent() { }

    internal AssetEvent(Asset asset, DateTimeOffset at, AssetEventKind kind, EventData? data)
    {
        (TenantId, OwnerId, AssetId, BatchId) = (asset.TenantId, asset.OwnerId, asset.Id, asset.BatchId);
        (At, Kind, Revision, Attempt, Data) = (at, kind, asset.Revision, asset.Attempt, data?.ToJson());
        Position = EventType.Of(kind) is null || data is RevisionData { After: not null } ? NotDelivered : null;
    }

    /// <summary>An event that is not of an asset.</summary>
    /// <param name="tenantId">The tenant of the owner.</param>
    /// <param name="ownerId">The user who gets the event.</param>
    /// <param name="subject">What the event is about.</param>
    /// <param name="sequence">Counts upwards for each subject.</param>
    /// <param name="at">The time.</param>
    /// <param name="kind">A kind that is delivered.</param>
    /// <param name="snapshot">JSON of the subject.</param>
    public AssetEvent(string tenantId, string ownerId, Guid subject, int sequence, DateTimeOffset at, AssetEventKind kind, string snapshot) =>
        (TenantId, OwnerId, AssetId, Sequence, At, Kind, Snapshot) = (tenantId, ownerId, subject, sequence, at, kind, snapshot);

    public string TenantId { get; private set; } = "";

    public string OwnerId { get; private set; } = "";

    /// <summary>The asset; for an event of another kind of subject the id of that one.</summary>
    public Guid AssetId { get; private set; }

    /// <summary>The batch of the asset; null without one.</summary>
    public Guid? BatchId { get; private set; }

    /// <summary>The row version that the change made. Counts upwards for each asset, with gaps.</summary>
    public int Sequence { get; internal set; }

    /// <summary>When it happened, by the API's clock. Never earlier than the event before of the same asset.</summary>
    public DateTimeOffset At { get; private set; }

    public AssetEventKind Kind { get; private set; }

    public int Revision { get; private set; }

    public int Attempt { get; private set; }

    /// <summary>JSON of an <see cref="EventData"/>; null if the kind has no details.</summary>
    public string? Data { get; private set; }

    /// <summary>
    /// JSON of the subject as the change left it, an <see cref="AssetSnapshot"/> for an asset. Null for events that are not delivered, and once
    /// the asset is deleted.
    /// </summary>
    public string? Snapshot { get; internal set; }

    /// <summary>
    /// Place in the feed of delivered events; null until <see cref="EventFeed"/> has numbered it. It is given after the commit, so that a
    /// reader with a cursor never skips an event whose transaction committed late.
    /// </summary>
    public long? Position { get; private set; }

    internal bool IsDelivered => Position != NotDelivered;

    internal void KeepToTimeline() => Position = NotDelivered;

    /// <summary>The kind as it is stored and shown.</summary>
    public static string Word(AssetEventKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>The kind of a stored word; throws <see cref="ArgumentException"/> for any other text.</summary>
    public static AssetEventKind KindOf(string word) => Enum.Parse<AssetEventKind>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
