using Microsoft.Extensions.Hosting;
using Pipeline.Assets.Events;

namespace Pipeline.Assets.Jobs;

/// <summary>Wakes a sweep that reads the event feed, as soon as any instance has numbered events.</summary>
internal sealed class EventWakeUp<TSweep>(IEventSignal events, SweepSignal<TSweep> sweep) : BackgroundService
    where TSweep : ISweep
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var next = events.Next;
                sweep.Raise();
                await next.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
