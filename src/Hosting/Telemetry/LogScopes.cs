using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting.Telemetry;

/// <summary>Adds the trace and the asset to each log line of a piece of work.</summary>
public static class LogScopes
{
    private static readonly Func<ILogger, string?, Guid, IDisposable?> Work = LoggerMessage.DefineScope<string?, Guid>("trace {TraceId}, asset {AssetId}");

    public static IDisposable? BeginWork(this ILogger logger, string? traceContext, Guid assetId) => Work(logger, TraceContext.TraceIdOf(traceContext), assetId);
}
