using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Hosting;

namespace Pipeline.Processor.Scanning;

/// <summary>Registers a scanner; a host calls one of these methods.</summary>
public static class ScanningRegistration
{
    /// <summary>Scans with the clamd of section <c>Processor:Clamd</c>, whose values are checked when the host starts.</summary>
    /// <param name="whenUnreliable">
    /// The readiness status without a reliable scanner: a worker is then unusable, but the HTTP API still accepts uploads.
    /// </param>
    public static IServiceCollection AddClamdScanner(
        this IServiceCollection services, IConfiguration configuration, HealthStatus whenUnreliable = HealthStatus.Unhealthy)
    {
        services.AddValidatedOptions<ClamdOptions>(configuration, ClamdOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IMalwareScanner, ClamdScanner>();
        services.AddSingleton<ScannerProbe>();
        services.AddSingleton<ClamdHealth>();
        services.AddHostedService<ClamdStart>();
        services.AddHealthChecks().AddCheck<ClamdHealth>("scanner", whenUnreliable);
        services.AddHealthAction("scanner", "Start clamd and freshclam, and compare clamd.conf with deploy/clamd.conf; the log of this host has the exact fault. Files wait until then.");
        return services;
    }

    /// <summary>Scans for the EICAR test file only.</summary>
    public static IServiceCollection AddDevelopmentScanner(this IServiceCollection services) =>
        services.AddSingleton<IMalwareScanner, DevelopmentScanner>();
}
