using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting;

namespace Pipeline.UploadApi.Http;

/// <summary>Checks that the database answers and accepts writes: without writes the API can store neither confirms nor outcomes.</summary>
internal sealed class DatabaseHealth(AssetDbContext db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.WhyNoWritesAsync(cancellationToken) is { } why ? UnhealthyResults.Because(context, why.Reason, why.Detail) : HealthCheckResult.Healthy();
}
