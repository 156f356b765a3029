using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Hosting;

namespace Pipeline.Processor.Scanning;

/// <summary>A root calls one of these.</summary>
public static class ScanningRegistration
{
    /// <summary>Scans with the clamd of section <c>Processor:Clamd</c>, whose values are checked when the host starts.</summary>
    public static IServiceCollection AddClamdScanner(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<ClamdOptions>(configuration, ClamdOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IMalwareScanner, ClamdScanner>();
        services.AddSingleton<ScannerProbe>();
        services.AddSingleton<ClamdHealth>();
        services.AddHealthChecks().AddCheck<ClamdHealth>("scanner", HealthStatus.Degraded);
        return services;
    }

    /// <summary>Scans for the EICAR test file only.</summary>
    public static IServiceCollection AddDevelopmentScanner(this IServiceCollection services) =>
        services.AddSingleton<IMalwareScanner, DevelopmentScanner>();
}
