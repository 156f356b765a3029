using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Pipeline.Assets.Persistence;

/// <summary>Counts the commands to the database and their durations. It never looks at their text.</summary>
public sealed class CommandMetrics : DbCommandInterceptor
{
    private static readonly Meter Meter = new("Pipeline.Database");

    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("pipeline.database.commands", description: "Commands to the database by result.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "pipeline.database.command.duration", "s", "Duration of commands to the database.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10] });

    /// <inheritdoc />
    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Count("ok", eventData.Duration);
        return ValueTask.FromResult(result);
    }

    /// <inheritdoc />
    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Count("ok", eventData.Duration);
        return ValueTask.FromResult(result);
    }

    /// <inheritdoc />
    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Count("failed", eventData.Duration);
        return Task.CompletedTask;
    }

    /// <summary>Counts a command that another way than EF Core's has sent.</summary>
    public static void Ran(bool isOk, TimeSpan duration) => Count(isOk ? "ok" : "failed", duration);

    private static void Count(string result, TimeSpan duration)
    {
        Commands.Add(1, new KeyValuePair<string, object?>("result", result));
        Duration.Record(duration.TotalSeconds);
    }
}
