using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting.Telemetry;

/// <summary>Adds the trace and the asset to each log line of a piece of work.</summary>
public static class LogScopes
{
    /// <summary>Names of the properties, which error reports read too.</summary>
    public const string TraceId = "TraceId", AssetId = "AssetId", AssetType = "AssetType", AssetSize = "AssetSize";

    private static readonly Func<ILogger, string?, Guid, IDisposable?> Work = LoggerMessage.DefineScope<string?, Guid>($"trace {{{TraceId}}}, asset {{{AssetId}}}");

    private static readonly Func<ILogger, string?, Guid, string?, long, IDisposable?> File =
        LoggerMessage.DefineScope<string?, Guid, string?, long>($"trace {{{TraceId}}}, asset {{{AssetId}}}, {{{AssetType}}}, {{{AssetSize}}} bytes");

    public static IDisposable? BeginWork(this ILogger logger, string? traceContext, Guid assetId) => Work(logger, TraceContext.TraceIdOf(traceContext), assetId);

    /// <summary>The same with the type and the size of the file.</summary>
    public static IDisposable? BeginWork(this ILogger logger, string? traceContext, Guid assetId, string? contentType, long size) =>
        File(logger, TraceContext.TraceIdOf(traceContext), assetId, contentType, size);
}
