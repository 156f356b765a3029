using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Dispatch;

/// <summary>
/// Whether a worker that is silent could have been heard. A worker gives a sign of life every minute; but a bus that is frozen, away or has
/// outcomes waiting that nobody took brings none. So silence counts only if the bus answered for half of the time that makes a worker
/// count as lost, and all that it had for us was taken at the end of it.
/// </summary>
public sealed class BusMonitor(IOptions<DispatchOptions> options)
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _lookedAt;
    private DateTimeOffset? _answersSince;
    private DateTimeOffset? _heardUntil;

    /// <summary>How long the bus must have answered.</summary>
    public TimeSpan Proof => TimeSpan.FromSeconds(options.Value.SilenceSeconds) / 2;

    // A process that was frozen itself has not watched. The look takes as long as a publish may, at most.
    private TimeSpan LongestGap => TimeSpan.FromSeconds((3 * options.Value.SweepSeconds) + options.Value.PublishTimeoutSeconds);

    /// <summary>Takes down what a look at the bus has shown.</summary>
    /// <param name="answers">The bus answered.</param>
    /// <param name="isTaken">Of the outcomes nothing waits in it.</param>
    /// <param name="now">When the look began: what came in since may still wait.</param>
    public void Saw(bool answers, bool isTaken, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!answers || now - _lookedAt > LongestGap) (_answersSince, _heardUntil) = (null, null);
            _lookedAt = now;
            if (!answers) return;
            _answersSince ??= now;
            if (isTaken) _heardUntil = now;
        }
    }

    /// <summary>Workers that were last heard of at this time or before have had their chance to be heard; null if nobody had.</summary>
    public DateTimeOffset? SilentSince(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now - _lookedAt > LongestGap || _heardUntil is not { } until || until - _answersSince < Proof) return null;
            var silence = now - TimeSpan.FromSeconds(options.Value.SilenceSeconds);
            var heard = until - Proof;
            return silence < heard ? silence : heard;
        }
    }
}

/// <summary>Looks at the bus while some worker is silent, in each instance by itself, since what one has seen another does not know.</summary>
internal sealed class BusMonitorService(
    BusMonitor watch, IBacklog backlog, IServiceScopeFactory scopes, IOptions<DispatchOptions> options, TimeProvider time, ILogger<BusMonitorService> logger)
    : BackgroundService
{
    /// <summary>One look.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            // Usually no worker is silent, and then the broker is not queried.
            var quiet = now - watch.Proof;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
            if (!await db.Assets.AnyAsync(a => a.LastHeardAt <= quiet && a.Work == WorkState.Processing, cancellationToken)) return;
            var empty = await backlog.EmptyAsync([QueueNames.Outcomes], cancellationToken);
            watch.Saw(empty is not null, empty?.Contains(QueueNames.Outcomes) == true, now);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Without the database no sign of life was written down either.
            logger.BusNotWatched(e);
            watch.Saw(answers: false, isTaken: false, now);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(options.Value.SweepSeconds), time, stoppingToken);
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
