namespace Pipeline.Processor.Scanning;

/// <summary>A reply of clamd to a stream.</summary>
internal abstract record ClamdReply
{
    public sealed record Clean : ClamdReply;

    public sealed record Infected(string Signature) : ClamdReply;

    public sealed record LimitExceeded(string Limit) : ClamdReply;

    /// <summary>
    /// A heuristic says that the photo is damaged. It flags good photos too, so the file must not be refused. The file is not clean either: if
    /// HeuristicScanPrecedence is on, clamd stops here and does not scan the rest, and the reply does not show that setting.
    /// </summary>
    public sealed record BrokenMedia(string Heuristic) : ClamdReply;

    public sealed record Unusable(string Text) : ClamdReply;
}
