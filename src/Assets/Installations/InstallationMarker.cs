using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Reconciliation;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Installations;

/// <summary>Marks the areas at the start, while they are empty or hold objects of this table; a warning says whose they are otherwise.</summary>
internal sealed class InstallationMarker(IServiceScopeFactory scopes, IHostApplicationLifetime host, ILogger<InstallationMarker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await host.StartedAsync(stoppingToken);
            using var cause = StoreCause.Begin(StoreCause.Reconcile);
            await using var scope = scopes.CreateAsyncScope();
            var marks = scope.ServiceProvider.GetRequiredService<InstallationMarks>();
            foreach (var area in ReconcileArea.All)
                if (await marks.OwnerAsync(area, stoppingToken) is var owner and not AreaOwner.Ours) logger.AreaNotOurs(area.Name, owner);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // A deletion of orphans tries again, and is refused without the marks.
            logger.AreasNotMarked(e);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
