using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;

namespace Pipeline.Assets.Webhooks;

/// <summary>Signals the sender of this instance that a delivery is due now. Only a hint: it also looks at intervals.</summary>
public sealed class WebhookSignal : WakeSignal;

/// <summary>
/// Sends what is due, in each instance. Every request has a task of its own, so a webhook that hangs takes only places of its own. If this
/// process dies, the leases of its deliveries end and another instance sends them again, with the same ids.
/// </summary>
internal sealed class WebhookSender(
    IServiceScopeFactory scopes, WebhookSignal signal, IHostApplicationLifetime host, IOptions<WebhookOptions> options, IOptions<DispatchOptions> dispatch,
    TimeProvider time, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int MostWebhooks = 64;

    // After the stop, requests in flight may end within this time.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly SendSlots _slots = new(options.Value.Concurrency, options.Value.ConcurrencyPerEndpoint);
    private readonly ConcurrentDictionary<Task, bool> _inFlight = [];
    private readonly CancellationTokenSource _stopSending = new();
    private long _nextDue = long.MaxValue;
    private Guid _after = Guid.Empty;

    public override void Dispose()
    {
        _stopSending.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await host.StartedAsync(stoppingToken);
            while (true)
            {
                await TrySendDueAsync(stoppingToken);
                await signal.WaitAsync(UntilNext(), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what is due stays due.
        }

        _stopSending.CancelAfter(Grace);
        await Task.WhenAll(_inFlight.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task TrySendDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<DeliveryRecorder>().PauseFailingAsync(cancellationToken);
            var queue = scope.ServiceProvider.GetRequiredService<DueDeliveries>();
            for (var idleRounds = 0; !_slots.IsFull && idleRounds < 2;)
            {
                // Webhooks take turns: each look begins after the last one, so the first round may be the rest of an earlier one.
                var isWhole = _after == Guid.Empty;
                var (started, isEnd) = await StartSomeAsync(queue, cancellationToken);
                idleRounds = started > 0 ? 0 : idleRounds + (isEnd ? 1 : 0) + (isEnd && isWhole ? 1 : 0);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.SweepFailed(e, nameof(WebhookSender));
        }
    }

    private async Task<(int Started, bool IsEnd)> StartSomeAsync(DueDeliveries queue, CancellationToken cancellationToken)
    {
        var started = 0;
        var due = await queue.DueAsync(_after, _slots.FullWebhooks, MostWebhooks, cancellationToken);
        foreach (var webhook in due)
        {
            _after = webhook.Id;
            if (_slots.FreeFor(webhook) is not (> 0 and var free)) continue;
            foreach (var claimed in await queue.ClaimAsync(webhook.Id, free, cancellationToken))
            {
                Start(claimed);
                started++;
            }
        }

        var isEnd = due.Count < MostWebhooks;
        if (isEnd) _after = Guid.Empty;
        return (started, isEnd);
    }

    private void Start(ClaimedDelivery claimed)
    {
        var place = _slots.Take(claimed.Webhook);
        var sending = Task.Run(() => SendAsync(claimed, place));
        _inFlight[sending] = true;
        _ = sending.ContinueWith(done => _inFlight.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task SendAsync(ClaimedDelivery claimed, SendPlace place)
    {
        await using var late = time.CreateTimer(_ => TurnSlow(place), state: null, SendSlots.SlowAfter, Timeout.InfiniteTimeSpan);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                if (await scope.ServiceProvider.GetRequiredService<DeliverySender>().SendAsync(claimed, _stopSending.Token) is { } next) Remember(next);
            }
            catch (OperationCanceledException) when (_stopSending.IsCancellationRequested)
            {
                await scope.ServiceProvider.GetRequiredService<DueDeliveries>().ReleaseAsync(claimed, CancellationToken.None);
            }
        }
        catch (Exception e) when (!_stopSending.IsCancellationRequested)
        {
            // The lease ends, and the delivery is sent again.
            logger.WebhookSendFailed(e, claimed.Webhook.Id, claimed.Delivery.Id);
        }
        finally
        {
            place.Dispose();
            signal.Raise();
        }
    }

    private void TurnSlow(SendPlace place)
    {
        place.TurnSlow();
        signal.Raise();
    }

    private void Remember(DateTimeOffset next)
    {
        for (var known = Interlocked.Read(ref _nextDue); next.UtcTicks < known;)
        {
            var seen = Interlocked.CompareExchange(ref _nextDue, next.UtcTicks, known);
            if (seen == known) return;
            known = seen;
        }
    }

    private TimeSpan UntilNext()
    {
        var (interval, now) = (TimeSpan.FromSeconds(dispatch.Value.SweepSeconds), time.GetUtcNow().UtcTicks);
        var next = Interlocked.Read(ref _nextDue);
        if (next == long.MaxValue || next - now > interval.Ticks) return interval;
        Interlocked.CompareExchange(ref _nextDue, long.MaxValue, next);
        return TimeSpan.FromTicks(Math.Max(next - now, 0) + TimeSpan.TicksPerMillisecond);
    }
}
