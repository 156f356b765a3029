using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Dispatch;

/// <summary>
/// Decides whether a worker's silence proves that it is lost. A worker reports every minute, but a bus that is frozen, unreachable or has a
/// backlog of outcomes delivers no report. So silence counts only if the bus answered for half of
/// <see cref="DispatchOptions.SilenceSeconds"/> and its outcome queue was empty at the end of that time.
/// </summary>
public sealed class BusMonitor(IOptions<DispatchOptions> options)
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _lookedAt;
    private DateTimeOffset? _answersSince;
    private DateTimeOffset? _heardUntil;

    /// <summary>How long the bus must have answered.</summary>
    public TimeSpan Proof => TimeSpan.FromSeconds(options.Value.SilenceSeconds) / 2;

    // A longer gap between two checks means that this process itself was frozen and observed nothing. A check takes at most as long as a
    // publish may.
    private TimeSpan LongestGap => TimeSpan.FromSeconds((3 * options.Value.SweepSeconds) + options.Value.PublishTimeoutSeconds);

    /// <summary>Records the result of one check of the bus.</summary>
    /// <param name="answers">The bus answered.</param>
    /// <param name="isTaken">The outcome queue is empty.</param>
    /// <param name="now">When the check began: messages that arrived since may still wait.</param>
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

    /// <summary>
    /// Workers that last reported at this time or before count as lost; null if the bus has not been observed for long enough.
    /// </summary>
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

/// <summary>
/// Checks the bus while a worker is silent. Every instance does this itself, because instances do not share their observations.
/// </summary>
internal sealed class BusMonitorService(
    BusMonitor watch, IBacklog backlog, IServiceScopeFactory scopes, IOptions<DispatchOptions> options, TimeProvider time, ILogger<BusMonitorService> logger)
    : BackgroundService
{
    /// <summary>Checks the bus once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            // Query the broker only if a row in Processing was last heard of at least half of SilenceSeconds ago; usually none was.
            var quiet = now - watch.Proof;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
            if (!await db.Assets.AnyAsync(a => a.LastHeardAt <= quiet && a.Work == WorkState.Processing, cancellationToken)) return;
            var empty = await backlog.EmptyAsync([QueueNames.Outcomes], cancellationToken);
            watch.Saw(empty is not null, empty?.Contains(QueueNames.Outcomes) == true, now);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // If the database is away, no worker's report was stored either.
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
