using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Hosting;

/// <summary>The state of what this host depends on, as <c>/health/ready</c> shows it.</summary>
public interface IReadiness
{
    /// <summary>Each part; at most a few seconds old.</summary>
    Task<IReadOnlyList<PartState>> PartsAsync(CancellationToken cancellationToken);
}

/// <param name="Name">The part.</param>
/// <param name="Status">Whether it works.</param>
/// <param name="Reason">Why not, in our own words; null if it works or if only the log may say it.</param>
public sealed record PartState(string Name, HealthStatus Status, string? Reason);

public static class ReadinessRegistration
{
    public static IServiceCollection AddReadiness(this IServiceCollection services)
    {
        services.TryAddSingleton<Readiness>();
        services.TryAddSingleton<IReadiness>(provider => provider.GetRequiredService<Readiness>());
        return services;
    }
}
