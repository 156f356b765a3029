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
    /// <summary>Longer than this an answer may take, and be wrong by half of it, only if there is none yet.</summary>
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(1);

    // Goes on by a counter of this machine that nobody sets.
    private volatile Reading? _last;

    public override TimeZoneInfo LocalTimeZone => host.LocalTimeZone;

    public override long TimestampFrequency => host.TimestampFrequency;

    /// <summary>How far this machine's clock is ahead of the database's.</summary>
    public TimeSpan Ahead => host.GetUtcNow() - GetUtcNow();

    /// <inheritdoc />
    /// <remarks>This machine's time until the database has been asked for the first time, which is before anything is served.</remarks>
    public override DateTimeOffset GetUtcNow() => _last is { } last ? last.Time + host.GetElapsedTime(last.Timestamp) : host.GetUtcNow();

    public override long GetTimestamp() => host.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => host.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the database what time it is.</summary>
    public async Task SetAsync(CancellationToken cancellationToken)
    {
        var asked = host.GetTimestamp();
        var time = await ask(cancellationToken);
        var took = host.GetElapsedTime(asked);
        if (took > SlowAnswer && _last is not null) return;

        // It looked at its clock at some moment in between.
        _last = new Reading(time + (took / 2), asked + (long)(took.TotalSeconds * host.TimestampFrequency));
    }

    /// <param name="connectionString">Read with the first question: much needs a clock before the settings have been checked.</param>
    public static Func<CancellationToken, Task<DateTimeOffset>> Of(Func<string?> connectionString) => async cancellationToken =>
    {
        await using var connection = new NpgsqlConnection(connectionString());
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
    };

    private sealed record Reading(DateTimeOffset Time, long Timestamp);
}

/// <summary>Sets the clock every now and then, since no two run equally fast and a failover may bring another, and says if this machine's is wrong.</summary>
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
            // It goes on as it was set; that the database is away others tell.
            LogNotSet(logger, e);
        }
    }

    [LoggerMessage(53, LogLevel.Warning, "This machine's clock is {Seconds} s {Direction} by the database's, which counts here: set it right, by NTP say")]
    private static partial void LogWrong(ILogger logger, long seconds, string direction);

    [LoggerMessage(54, LogLevel.Debug, "The database did not tell the time")]
    private static partial void LogNotSet(ILogger logger, Exception exception);
}
