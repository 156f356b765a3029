using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting;

namespace Pipeline.UploadApi.Http;

/// <summary>Whether the database answers and takes writes: without them no confirm is kept and no outcome.</summary>
internal sealed class DatabaseHealth(AssetDbContext db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.WhyNoWritesAsync(cancellationToken) is { } why ? UnhealthyResults.Because(context, why.Reason, why.Detail) : HealthCheckResult.Healthy();
}
