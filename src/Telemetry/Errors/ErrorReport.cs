using Microsoft.Extensions.Logging;
using Sentry;
using Sentry.Protocol;

namespace Pipeline.Telemetry.Errors;

/// <summary>An unexpected exception with the facts that its log line gave.</summary>
internal sealed partial record ErrorReport(Exception Exception, LogLevel Level, string Code)
{
    // Deep chains and endless traces help nobody.
    private const int MostCauses = 10;

    /// <summary>The constant text of our own log message; null for a library's, which may hold values.</summary>
    public string? Text { get; init; }

    public string? AssetId { get; init; }

    public string? AssetType { get; init; }

    public string? AssetSize { get; init; }

    public string? TraceId { get; init; }

    public string? RequestId { get; init; }

    /// <summary>Same code, same type, same place: the same error.</summary>
    public IReadOnlyList<string> Group { get; } = [Code, TypeOf(Exception.GetBaseException()), ExceptionPlace.Of(Exception)];

    /// <summary>Makes the event. It is put together from these facts only; nothing is taken from the process, the request or the user.</summary>
    public SentryEvent ToEvent(string host, string version)
    {
        var report = new SentryEvent
        {
            Level = Level switch { LogLevel.Critical => SentryLevel.Fatal, LogLevel.Error => SentryLevel.Error, _ => SentryLevel.Warning },
            Logger = host,
            Release = $"pipeline@{version}",
            Message = Text,
            Fingerprint = Group,
            SentryExceptions = [.. Causes(Exception).Reverse().Select(cause => new SentryException { Type = TypeOf(cause), Stacktrace = ExceptionPlace.Trace(cause) })],
        };
        foreach (var (name, value) in Tags(host))
            if (!string.IsNullOrEmpty(value))
                report.SetTag(name, value);
        if (TraceId is { } trace) report.Contexts.Trace.TraceId = SentryId.Parse(trace);
        return report;
    }

    private IEnumerable<(string Name, string? Value)> Tags(string host) =>
    [
        ("host", host), ("code", Code), ("place", Group[^1]), ("asset_id", AssetId), ("asset_type", AssetType), ("asset_size", AssetSize), ("trace_id", TraceId), ("request_id", RequestId),
    ];

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var (e, count) = (exception, 0); e is not null && count < MostCauses; e = e.InnerException!, count++) yield return e;
    }

    private static string TypeOf(Exception exception) => exception.GetType().FullName ?? exception.GetType().Name;
}
