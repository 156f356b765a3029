namespace Pipeline.Processor.Scanning;

/// <summary>Limits a wait for clamd, and distinguishes our own deadline from the caller's cancellation.</summary>
internal static class Deadline
{
    /// <summary>Runs the work. After the limit, cancels it and throws a <see cref="ScannerUnavailableException"/>.</summary>
    public static async Task<T> Of<T>(
        TimeSpan limit, string what, TimeProvider time, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ScannerUnavailableException($"clamd did not {what} within {limit}.", e);
        }
    }
}
