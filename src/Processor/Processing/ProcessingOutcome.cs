using Pipeline.Contracts;

namespace Pipeline.Processor.Processing;

/// <summary>The result of processing, with the message that reports it.</summary>
public abstract record ProcessingOutcome
{
    private ProcessingOutcome() { }

    /// <summary>The message to publish.</summary>
    public abstract object Message { get; }

    /// <summary><c>ready</c>, <c>rejected</c> or <c>failed</c>.</summary>
    public string Word => GetType().Name.ToLowerInvariant();

    /// <summary>The code of a rejection or a failure; null if the asset is ready.</summary>
    public virtual string? Code => null;

    /// <summary>All variants are published.</summary>
    public sealed record Ready(AssetReady Report) : ProcessingOutcome
    {
        public override object Message => Report;
    }

    /// <summary>The file is at fault; this is final.</summary>
    public sealed record Rejected(AssetRejected Report) : ProcessingOutcome
    {
        public override object Message => Report;

        public override string Code => Report.Code;
    }

    /// <summary>The service is at fault; the request is to be retried.</summary>
    public sealed record Failed(ProcessingFailed Report) : ProcessingOutcome
    {
        public override object Message => Report;

        public override string Code => Report.Code;
    }
}
