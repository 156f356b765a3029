namespace Pipeline.Processor.Scanning;

/// <summary>What clamd can answer to a stream.</summary>
internal abstract record ClamdReply
{
    public sealed record Clean : ClamdReply;

    public sealed record Infected(string Signature) : ClamdReply;

    public sealed record LimitExceeded(string Limit) : ClamdReply;

    /// <summary>
    /// A heuristic that a photo is damaged, which flags good photos too: no reason to refuse one. It is no OK either. clamd stops at it when
    /// HeuristicScanPrecedence is on, so nothing is known of the rest of the file, and the reply does not say how that is set.
    /// </summary>
    public sealed record BrokenMedia(string Heuristic) : ClamdReply;

    public sealed record Unusable(string Text) : ClamdReply;
}
