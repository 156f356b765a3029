using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>What the framework would tell a second time.</summary>
public static class StartupLogFilter
{
    /// <summary>A start that fails is told on standard error.</summary>
    public static void AddQuietStart(this IHostApplicationBuilder builder)
    {
        // A background service that fails still shows: that is critical, since it ends the host.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
