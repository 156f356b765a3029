namespace Pipeline.Assets;

/// <summary>One line of the asset's ledger, which answers "why is this published?".</summary>
public sealed class AssetEvent
{
    private AssetEvent() { }

    internal AssetEvent(DateTimeOffset at, string kind, string detail) => (At, Kind, Detail) = (at, kind, detail);

    /// <summary>Counts upwards in the order of writing.</summary>
    public long Id { get; private set; }

    /// <summary>The asset.</summary>
    public Guid AssetId { get; private set; }

    /// <summary>When it happened, by the API's clock.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>A stable word such as <c>confirmed</c> or <c>rejected</c>.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>A sentence for people. Never holds a file name, a signed URL or a token.</summary>
    public string Detail { get; private set; } = "";
}
