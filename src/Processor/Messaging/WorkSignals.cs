using Microsoft.Extensions.Logging;
using Pipeline.Contracts;

namespace Pipeline.Processor.Messaging;

/// <summary>
/// Messages to the API before the outcome of a request: heartbeats from the moment that a worker holds the request, even while it waits, and
/// one message when the work starts. If the bus does not accept a heartbeat, only that heartbeat is lost.
/// </summary>
/// <param name="publish">Publishes a message to the bus within a time limit.</param>
internal sealed class WorkSignals(
    ProcessingRequest request, Func<object, CancellationToken, Task> publish, TimeSpan interval, TimeProvider time, ILogger logger,
    CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Task? _started;
    private Task? _heartbeat;
    private Task _steps = Task.CompletedTask;

    public void BeginHeartbeat() => _heartbeat = SendHeartbeatsAsync(_end.Token);

    /// <summary>Reports once that the work starts. Does not wait for the bus; <see cref="StartedAsync"/> does.</summary>
    public void Begin() => _started ??= publish(
        new ProcessingStarted { AssetId = request.AssetId, Revision = request.Revision, Attempt = request.Attempt, Worker = Worker.Name, Instance = Worker.Instance },
        _end.Token);

    /// <summary>Reports the start unless done, and waits until the bus has accepted the message; throws if it does not.</summary>
    public Task StartedAsync()
    {
        Begin();
        return _started!;
    }

    /// <summary>Reports a step to people who watch, in order. Does not wait for the bus; an unsent report is lost.</summary>
    public void ReportStep(string step)
    {
        if (ProcessingStep.All.Contains(step)) _steps = ReportStepAsync(_steps, step, _end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _steps;
        if (_heartbeat is not null) await _heartbeat;
        if (_started is not null) await _started.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _end.Dispose();
    }

    private async Task SendHeartbeatsAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(interval, time, end);
                await publish(Continues(step: null), end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!end.IsCancellationRequested)
            {
                // Do not fail: the next heartbeat replaces this one, and if the bus stays down, publishing the outcome fails anyway.
                logger.HeartbeatFailed(e, request.AssetId, request.Revision);
            }
        }
    }

    private async Task ReportStepAsync(Task before, string step, CancellationToken end)
    {
        await before;
        try
        {
            await publish(Continues(step), end);
        }
        catch (Exception) when (end.IsCancellationRequested)
        {
            // The outcome is on its way.
        }
        catch (Exception e) when (!end.IsCancellationRequested)
        {
            logger.HeartbeatFailed(e, request.AssetId, request.Revision);
        }
    }

    private ProcessingContinues Continues(string? step) => new()
    {
        AssetId = request.AssetId,
        Revision = request.Revision,
        Attempt = request.Attempt,
        Step = step,
    };
}
