using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Storage;

/// <summary>Whether the store of the uploads answers; both drivers add it.</summary>
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
