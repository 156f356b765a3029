using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>All log messages of Hosting.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Readiness: {Part} is {Status} now. {Detail}")]
    public static partial void ReadinessChanged(this ILogger logger, string part, HealthStatus status, string detail, Exception? exception);

    [LoggerMessage(2, LogLevel.Warning, "The check {Check} of the doctor failed")]
    public static partial void CheckFailed(this ILogger logger, Exception exception, string check);

    [LoggerMessage(3, LogLevel.Warning, "Another program has port {Port}, so no metrics are served until it is free. Set Metrics:Port to another port, or to 0 for none.")]
    public static partial void NoMetricsPort(this ILogger logger, int port);

    [LoggerMessage(4, LogLevel.Information, "Metrics are served on port {Port} now")]
    public static partial void MetricsServed(this ILogger logger, int port);

    [LoggerMessage(6, LogLevel.Critical, "The host did not start or ended unexpectedly")]
    public static partial void StartFailed(this ILogger logger, Exception exception);
}
