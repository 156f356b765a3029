using Pipeline.Hosting.Telemetry;

namespace Pipeline.Assets;

/// <summary>The trace of the work on the asset.</summary>
public sealed partial class Asset
{
    /// <summary>
    /// W3C trace context of the current work: of the confirm, or of the newest retry, rescue or reprocess, which begins a trace of its own that is
    /// linked to the one before. Null on rows that were confirmed before this column existed.
    /// </summary>
    public string? TraceContext { get; private set; }

    /// <summary>What an error report says about the asset.</summary>
    internal FaultFacts Facts() => new(Id, Publication?.Original?.ContentType ?? ClaimedType, Size, TraceContext);

    private void BeginTrace(string reason) => TraceContext = WorkTrace.Begin(reason, Id, Revision, Attempt, TraceContext);
}
