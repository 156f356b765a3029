using Pipeline.Contracts;

namespace Pipeline.Processor.Processing;

/// <summary>How processing ended, with the message that tells it.</summary>
public abstract record ProcessingOutcome
{
    private ProcessingOutcome() { }

    /// <summary>What the bus is told.</summary>
    public abstract object Message { get; }

    /// <summary>All variants are published.</summary>
    public sealed record Ready(AssetReady Told) : ProcessingOutcome
    {
        public override object Message => Told;
    }

    /// <summary>The file is at fault; final.</summary>
    public sealed record Rejected(AssetRejected Told) : ProcessingOutcome
    {
        public override object Message => Told;
    }

    /// <summary>We are at fault; to be tried again.</summary>
    public sealed record Failed(ProcessingFailed Told) : ProcessingOutcome
    {
        public override object Message => Told;
    }
}
