using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>What the framework logs as an error although nothing is wrong, or tells a second time.</summary>
public static class QuietStart
{
    /// <summary>A start that fails is told on standard error, and readiness when it changes.</summary>
    public static void AddQuietStart(this IHostApplicationBuilder builder)
    {
        // A background service that fails still shows: that is critical, since it ends the host.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Services.AddSingleton<ReadinessLog>();
    }
}
