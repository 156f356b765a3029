using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Storage;
using Pipeline.Storage.Targets;

namespace Pipeline.Assets.Moves;

/// <summary>
/// Reads every two seconds from which side each area is read, so that all instances follow a switch. An instance that does not write to both stores of an
/// area that moves is not ready.
/// </summary>
internal sealed class AreaMovesSync(IServiceScopeFactory scopes, StorageAreas areas, AreaSides sides, IHostApplicationLifetime host, TimeProvider time, ILogger<AreaMovesSync> logger) : BackgroundService, IHealthCheck
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private volatile string? _fault;
    private bool _isLogged;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_fault is { } fault ? HealthCheckResult.Unhealthy(fault) : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Not before the start: the database may have to be migrated first.
            await host.StartedAsync(stoppingToken);
            while (true)
            {
                await TryReadAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
            _isLogged = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away; the sides stay as they were. One line for each outage is enough.
            if (!_isLogged) logger.MovesNotRead(e);
            _isLogged = true;
        }
    }

    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
        var moves = await db.AreaMoves.AsNoTracking().ToListAsync(cancellationToken);
        var moving = moves.Count == 0 ? [] : (await db.Runs.AsNoTracking().Where(r => r.ActiveKind == RunKind.Migrate).Select(r => r.Settings).ToListAsync(cancellationToken)).Select(MoveSettings.Read).OfType<MoveSettings>().ToList();
        string? fault = null;
        foreach (var move in moves)
        {
            var (target, isOwn) = (areas.Targets.GetValueOrDefault(move.Area), areas.OwnLocations.GetValueOrDefault(move.Area) == move.Location);
            sides.Set(move.Area, target?.Location == move.Location && move.State is MoveState.Switched or MoveState.Ended);
            if (move.State == MoveState.Switched && isOwn) await EndAsync(db, move, cancellationToken);
            var isActive = move.State == MoveState.Switched || moving.Exists(run => run.Area == move.Area);
            if (isActive && !isOwn && target?.Location != move.Location) fault ??= Missing(move);
        }

        _fault = fault;
    }

    /// <summary>What an instance lacks that does not take part in the move.</summary>
    internal static string Missing(AreaMove move) => move.State == MoveState.Switched
        ? $"The area {move.Area} was switched to {move.Target} ({move.Location}), but this instance does not know that store."
        : $"The area {move.Area} moves to {move.Target} ({move.Location}), but this instance does not write there.";

    // The configuration says by now that the target is the area's own store.
    private static Task<int> EndAsync(AssetDbContext db, AreaMove move, CancellationToken cancellationToken) =>
        db.AreaMoves.Where(m => m.Area == move.Area && m.State == MoveState.Switched && m.Location == move.Location)
            .ExecuteUpdateAsync(row => row.SetProperty(m => m.State, MoveState.Ended), cancellationToken);
}
