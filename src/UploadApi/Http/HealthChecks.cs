using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Http;

internal sealed class DatabaseHealth(AssetDbContext db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}
