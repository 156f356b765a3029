using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Storage.Costs;

namespace Pipeline.Storage;

/// <summary>Checks that the store of the incoming area answers; both drivers register it.</summary>
internal sealed class StorageHealth(StorageAreas areas) : IHealthCheck
{
    // Any key works: the check needs an answer, not an object.
    private static readonly ObjectKey Probe = ObjectKey.Parse("uploads/health/probe");

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var cause = StoreCause.Begin(StoreCause.Check);
        await areas.Incoming.HeadAsync(Probe, cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
