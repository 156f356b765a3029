using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Limits;

/// <summary>Counts the tenants before the host serves requests, if the settings limit them.</summary>
internal sealed class TenantCounters(
    IServiceScopeFactory scopes, TransientFaults transient, IOptions<LimitsOptions> limits, TimeProvider time, ILogger<UsageRecount> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!limits.Value.CountsTenants) return;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await new UsageRecount(scope.ServiceProvider.GetRequiredService<AssetDbContext>(), time, logger).CountTenantsAsync(cancellationToken);
        }
        catch (Exception e) when (transient.Is(e))
        {
            // The daily recount does the same.
            logger.TenantsNotCounted(e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
