using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Contracts;

/// <summary>
/// An asset whose last attempt killed its worker. Same content as <see cref="UploadConfirmed"/>, but with its own queue, from which a
/// worker takes one request at a time: a harmless file that was only in flight with a fatal one succeeds, and a file that kills again is
/// identified. Published by UploadApi, consumed by Processor.
/// </summary>
public sealed record SuspectRequested : ProcessingRequest
{
    /// <summary>For the reader of the queue.</summary>
    public SuspectRequested()
    {
    }

    /// <summary>The same content for this queue.</summary>
    [SetsRequiredMembers]
    public SuspectRequested(ProcessingRequest content)
        : base(content)
    {
    }
}
