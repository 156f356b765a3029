using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Storage;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Http;

internal sealed class DatabaseHealth(AssetDbContext db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}

internal sealed class StorageHealth(StorageAreas areas) : IHealthCheck
{
    // Any key will do: the store must answer, not have it.
    private static readonly ObjectKey Probe = ObjectKey.Parse("uploads/health/probe");

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await areas.Incoming.HeadAsync(Probe, cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
