using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.UploadApi.Live;

/// <summary>
/// Reads the feed once for all streams of this instance, so that a stream holds no database connection. During an outage of the database
/// the streams stay open, and the hub continues where it was.
/// </summary>
internal sealed class EventHub(
    Subscribers subscribers, IServiceScopeFactory scopes, IEventSignal signal, LocalStepSignal steps, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<EventHub> logger)
    : BackgroundService
{
    private const int PageSize = 200;

    // Signals can get lost between instances.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private bool _isOut;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Before the server stops, because it waits for its open responses.
        await using var stopping = lifetime.ApplicationStopping.Register(subscribers.Stop);
        steps.Listen(step => subscribers.Show(step.AssetId, () => EventFrame.Of(step, time.GetUtcNow())));
        try
        {
            await Task.WhenAll(ReadForEverAsync(stoppingToken), PaceForEverAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ReadForEverAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = signal.Next;
            await TryReadAsync(cancellationToken);
            await Task.WhenAny(next, Task.Delay(LongestPause, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task PaceForEverAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(cancellationToken)) subscribers.Pace(time.GetUtcNow());
    }

    private async Task TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await ReadAsync(scope.ServiceProvider, cancellationToken);
            _isOut = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isOut) logger.EventsNotRead(e);
            _isOut = true;
        }
    }

    private async Task ReadAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var end = await services.GetRequiredService<AssetDbContext>().EventCounters.AsNoTracking().Select(c => c.Last).SingleAsync(cancellationToken);
        if (subscribers.TryMoveTo(end)) return;
        var feed = services.GetRequiredService<EventFeed>();
        while (subscribers.Position < end)
        {
            var events = await feed.ReadAsync(subscribers.Position, PageSize, cancellationToken);
            if (events.Count > 0) await DeliverAsync(events, services.GetRequiredService<EventDocuments>(), cancellationToken);
            else subscribers.MoveTo(end);
        }
    }

    private async Task DeliverAsync(IReadOnlyList<AssetEvent> events, EventDocuments documents, CancellationToken cancellationToken)
    {
        // A reader can join while messages are made; then the messages for it are made too.
        var frames = new Dictionary<long, EventFrame>();
        while (subscribers.TryDeliver(events, frames) is { Count: > 0 } missing)
            foreach (var document in await documents.OfAsync(missing, cancellationToken))
                frames[document.Source.Position!.Value] = EventFrame.Of(document);
    }
}
