using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;

namespace Pipeline.Bus.Outcomes;

/// <summary>
/// Chooses the lane of a worker's outcomes. It uses only lanes that exist: were a lane made between two outcomes of one request, the second could
/// overtake the first. So a request asks once, and keeps the answer for all its outcomes.
/// </summary>
public sealed class OutcomeRouter(IOptions<RabbitMqOptions> options, TimeProvider time, ILogger<OutcomeRouter> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _end = new();
    private volatile int _lanes = 1;
    private int _reported;
    private Task _looking = Task.CompletedTask;

    /// <returns>Sets the lane of an asset on a message; null if the worker knows one queue only.</returns>
    public IPipe<PublishContext>? RouteOf(Guid assetId)
    {
        if (options.Value.OutcomeLanes == 1) return null;
        var key = OutcomeLanes.KeyOf(OutcomeLanes.Of(assetId, _lanes));
        return Pipe.Execute<PublishContext>(sent => sent.TrySetRoutingKey(key));
    }

    /// <summary>Counts the lanes from 1 on that exist, up to the setting; a gap ends the count.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var wanted = options.Value.OutcomeLanes;
        try
        {
            var found = await ExistingLanes.AskAsync(options.Value, Enumerable.Range(1, wanted - 1), cancellationToken);
            var lanes = 1 + found.TakeWhile((lane, i) => lane == i + 1).Count();
            if (lanes < wanted && lanes != _reported) logger.LanesMissing(wanted, lanes);
            (_lanes, _reported) = (lanes, lanes);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The last answer holds: the exchange passes on what has no lane.
            logger.LanesUnknown(e.GetType().Name);
        }
    }

    /// <summary>Looks before the first request comes.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => options.Value.OutcomeLanes > 1 ? LookAsync(cancellationToken) : Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.OutcomeLanes > 1) _looking = LookAgainAsync(_end.Token);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _end.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _end.Dispose();

    private async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken);
            await LookAsync(cancellationToken);
        }
    }
}
