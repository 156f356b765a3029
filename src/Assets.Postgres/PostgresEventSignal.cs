using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Signals the instances through PostgreSQL. The notification is a statement of its own after the commit: in the transaction that changes a
/// row, all commits of the database would take turns for it.
/// </summary>
internal sealed class PostgresEventSignal(LocalEventSignal local, IServiceScopeFactory scopes) : IEventSignal
{
    internal const string Channel = "pipeline_events";

    /// <inheritdoc />
    public Task Next => local.Next;

    /// <inheritdoc />
    public async Task RaiseAsync(CancellationToken cancellationToken)
    {
        local.Raise();
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AssetDbContext>().Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, '')", cancellationToken);
    }
}

/// <summary>Passes the notifications of other instances on to the readers in this process.</summary>
internal sealed partial class PostgresEventListener(
    LocalEventSignal signal, LocalStepSignal steps, Func<string> connectionString, ILogger<PostgresEventListener> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (; ; await Task.Delay(Pause, stoppingToken)) await TryListenAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The keepalive finds a connection that died silently; a pooled connection would come back with other listeners' state.
            await using var connection = new NpgsqlConnection($"{connectionString()};Keepalive=10;Pooling=false");
            await connection.OpenAsync(cancellationToken);
            connection.Notification += (_, heard) => Hear(heard);
            await using (var command = new NpgsqlCommand($"LISTEN {PostgresEventSignal.Channel}; LISTEN {PostgresStepSignal.Channel}", connection)) await command.ExecuteNonQueryAsync(cancellationToken);

            // Notifications were lost before the connection.
            signal.Raise();
            while (true) await connection.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotHeard(logger, e);
        }
    }

    private void Hear(NpgsqlNotificationEventArgs heard)
    {
        if (heard.Channel == PostgresEventSignal.Channel) signal.Raise();
        else if (PostgresStepSignal.Parse(heard.Payload) is { } report) steps.Report(report);
    }

    [LoggerMessage(55, LogLevel.Debug, "The connection for notifications broke; it is opened again")]
    private static partial void LogNotHeard(ILogger logger, Exception exception);
}
