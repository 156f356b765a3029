using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// The database's time. All instances share it, because one instance compares its own now with times that another wrote into a row, such as
/// the end of a lease; their machines' clocks may be wrong.
/// </summary>
internal sealed class DatabaseClock(Func<CancellationToken, Task<DateTimeOffset>> ask, TimeProvider host) : TimeProvider
{
    /// <summary>A slower answer is used only if there is none yet, because its time may be wrong by half of the round trip.</summary>
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(1);

    // Between answers the time advances by this machine's monotonic counter, which nobody can set.
    private volatile Reading? _last;

    public override TimeZoneInfo LocalTimeZone => host.LocalTimeZone;

    public override long TimestampFrequency => host.TimestampFrequency;

    /// <summary>How far this machine's clock is ahead of the database's.</summary>
    public TimeSpan Ahead => host.GetUtcNow() - GetUtcNow();

    /// <inheritdoc />
    /// <remarks>This machine's time until the first answer of the database, which arrives before the API serves requests.</remarks>
    public override DateTimeOffset GetUtcNow() => _last is { } last ? last.Time + host.GetElapsedTime(last.Timestamp) : host.GetUtcNow();

    public override long GetTimestamp() => host.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => host.CreateTimer(callback, state, dueTime, period);

    /// <summary>Reads the time from the database.</summary>
    public async Task SetAsync(CancellationToken cancellationToken)
    {
        var asked = host.GetTimestamp();
        var time = await ask(cancellationToken);
        var took = host.GetElapsedTime(asked);
        if (took > SlowAnswer && _last is not null) return;

        // Assume that the database read its clock in the middle of the round trip.
        _last = new Reading(time + (took / 2), asked + (long)(took.TotalSeconds * host.TimestampFrequency));
    }

    /// <param name="connectionString">Read at the first query, because some services need a clock before the settings are
    /// validated.</param>
    public static Func<CancellationToken, Task<DateTimeOffset>> Of(Func<string?> connectionString) => async cancellationToken =>
    {
        await using var connection = new NpgsqlConnection(connectionString());
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
    };

    private sealed record Reading(DateTimeOffset Time, long Timestamp);
}

/// <summary>
/// Reads the database's clock regularly, because clocks drift and a failover may bring another one; warns if this machine's clock is wrong.
/// </summary>
internal sealed partial class DatabaseClockMonitor(DatabaseClock clock, ILogger<DatabaseClock> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Wrong = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var isWrong = false; ; await Task.Delay(Pause, clock, stoppingToken))
            {
                await TrySetAsync(stoppingToken);
                if (clock.Ahead.Duration() > Wrong == isWrong) continue;
                isWrong = !isWrong;
                if (isWrong) LogWrong(logger, (long)clock.Ahead.Duration().TotalSeconds, clock.Ahead > TimeSpan.Zero ? "fast" : "slow");
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TrySetAsync(CancellationToken cancellationToken)
    {
        try
        {
            await clock.SetAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The clock continues from its last setting; other components report that the database is away.
            LogNotSet(logger, e);
        }
    }

    [LoggerMessage(53, LogLevel.Warning, "This machine's clock is {Seconds} s {Direction} of the database's clock, which is used instead: correct it, for example by NTP")]
    private static partial void LogWrong(ILogger logger, long seconds, string direction);

    [LoggerMessage(54, LogLevel.Debug, "The database did not return its time")]
    private static partial void LogNotSet(ILogger logger, Exception exception);
}
