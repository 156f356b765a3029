using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Contracts;

/// <summary>
/// Requests that an asset is processed again. Same content as <see cref="UploadConfirmed"/>, but with its own queue and concurrency, so
/// that a mass reprocess never delays a person who waits. Published by UploadApi, consumed by Processor.
/// </summary>
public sealed record ReprocessRequested : ProcessingRequest
{
    /// <summary>For the reader of the queue.</summary>
    public ReprocessRequested()
    {
    }

    /// <summary>The same content for this queue.</summary>
    [SetsRequiredMembers]
    public ReprocessRequested(ProcessingRequest content)
        : base(content)
    {
    }
}
