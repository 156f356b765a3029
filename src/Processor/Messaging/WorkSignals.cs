using Microsoft.Extensions.Logging;
using Pipeline.Contracts;

namespace Pipeline.Processor.Messaging;

/// <summary>
/// What the API hears of a request before its outcome: signs of life from the moment that a worker has it in hand, however long it then
/// waits, and once that work has begun. A bus that takes no sign of life costs nothing but the sign.
/// </summary>
/// <param name="publish">Gives the bus a message within a bound.</param>
internal sealed class WorkSignals(
    IProcessingRequest request, Func<object, CancellationToken, Task> publish, TimeSpan interval, TimeProvider time, ILogger logger,
    CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Task? _started;
    private Task? _heartbeat;

    public void BeginHeartbeat() => _heartbeat = BeatAsync(_end.Token);

    /// <summary>Work begins now; told once. Whoever works does not wait for the bus: <see cref="StartedAsync"/> does.</summary>
    public void Begin() => _started ??= publish(
        new ProcessingStarted { AssetId = request.AssetId, Revision = request.Revision, Attempt = request.Attempt, Worker = Worker.Name },
        _end.Token);

    /// <summary>Returns once the bus knows that work began; throws if it did not take that.</summary>
    public Task StartedAsync()
    {
        Begin();
        return _started!;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_heartbeat is not null) await _heartbeat;
        if (_started is not null) await _started.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _end.Dispose();
    }

    private async Task BeatAsync(CancellationToken end)
    {
        var sign = new ProcessingContinues { AssetId = request.AssetId, Revision = request.Revision, Attempt = request.Attempt };
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(interval, time, end);
                await publish(sign, end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!end.IsCancellationRequested)
            {
                // The next one says the same, and a bus that takes none will not take the outcome either.
                logger.HeartbeatNotTaken(e, request.AssetId, request.Revision);
            }
        }
    }
}
