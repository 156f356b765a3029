using Microsoft.Extensions.Options;

namespace Pipeline.Processor.Messaging;

/// <summary>
/// The places of reprocessings, which rescans share: they never take more of the machine together than reprocessings alone. A rescan waits while
/// this worker has reprocessings, but for a limited time, so that a long run slows rescans down and does not stop them.
/// </summary>
public sealed class BackgroundPlaces(IOptions<MessagingOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.Value.ReprocessConcurrency);
    private readonly InteractivePriorityGate _reprocessings = new(time);

    public Task ForReprocessAsync(Func<Task> work, CancellationToken cancellationToken) => _reprocessings.ForPersonAsync(() => InPlaceAsync(work, cancellationToken));

    public async Task ForRescanAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _reprocessings.YieldAsync(cancellationToken);
        await InPlaceAsync(work, cancellationToken);
    }

    public void Dispose() => _places.Dispose();

    private async Task InPlaceAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _places.Release();
        }
    }
}
