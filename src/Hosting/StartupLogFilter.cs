using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>Suppresses log messages of the framework that repeat ours.</summary>
public static class StartupLogFilter
{
    /// <summary>Unexpected faults of the start, for error reports only.</summary>
    internal const string Category = "Pipeline.Hosting.Startup";

    /// <summary>Hides the framework's report of a failed start, which standard error already has.</summary>
    public static void AddQuietStart(this IHostApplicationBuilder builder)
    {
        // A failing background service is still logged: that is critical, since it ends the host.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddFilter(Category, LogLevel.None);
    }
}
