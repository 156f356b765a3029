using Pipeline.Contracts;

namespace Pipeline.Imaging;

/// <summary>A fault of the service that has its own failure code.</summary>
/// <param name="code">One of <see cref="FailureCode"/>.</param>
/// <param name="reason">A sentence for the operator.</param>
public sealed class ProcessingFaultException(string code, string reason) : Exception(reason)
{
    public string Code => code;

    /// <summary>The object in the store is another one than the one that was recorded.</summary>
    public bool IsOtherObject { get; init; }
}
