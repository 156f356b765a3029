using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>All log messages of Hosting.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Readiness: {Part} is {Status} now. {Detail}")]
    public static partial void ReadinessChanged(this ILogger logger, string part, HealthStatus status, string detail, Exception? exception);
}
