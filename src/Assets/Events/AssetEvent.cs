using System.Text.Json;

namespace Pipeline.Assets.Events;

/// <summary>
/// One entry of the append-only event log: the ledger that answers "why is this published?", and the one source of live status, webhooks and
/// bus events. It is written in the transaction that changes the asset.
/// </summary>
public sealed class AssetEvent
{
    // Changes that a client can see in the asset's status. The other events are for the timeline only.
    private static readonly HashSet<AssetEventKind> Delivered =
    [
        AssetEventKind.Confirmed, AssetEventKind.Started, AssetEventKind.Ready, AssetEventKind.Rejected, AssetEventKind.AttemptFailed,
        AssetEventKind.Failed, AssetEventKind.ReprocessRequested, AssetEventKind.Expired, AssetEventKind.Deleted,
    ];

    /// <summary>The <see cref="Position"/> of events that are not delivered.</summary>
    public const long NotDelivered = 0;

    private AssetEvent() { }

    internal AssetEvent(Asset asset, DateTimeOffset at, AssetEventKind kind, EventData? data)
    {
        (TenantId, OwnerId, AssetId) = (asset.TenantId, asset.OwnerId, asset.Id);
        (At, Kind, Revision, Attempt, Data) = (at, kind, asset.Revision, asset.Attempt, data?.ToJson());
        Position = Delivered.Contains(kind) ? null : NotDelivered;
    }

    public string TenantId { get; private set; } = "";

    public string OwnerId { get; private set; } = "";

    public Guid AssetId { get; private set; }

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
    /// Place in the feed of delivered events; null until <see cref="EventFeed"/> has numbered it. It is given after the commit, so that a
    /// reader with a cursor never skips an event whose transaction committed late.
    /// </summary>
    public long? Position { get; private set; }

    /// <summary>The kind as it is stored and shown.</summary>
    public static string Word(AssetEventKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>The kind of a stored word; throws <see cref="ArgumentException"/> for any other text.</summary>
    public static AssetEventKind KindOf(string word) => Enum.Parse<AssetEventKind>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
