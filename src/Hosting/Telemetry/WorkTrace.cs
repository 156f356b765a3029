using System.Diagnostics;

namespace Pipeline.Hosting.Telemetry;

/// <summary>
/// Spans of the work on one asset. Their attributes are ids, sizes and codes: never names, keys or URLs. Without a listener each method costs one
/// comparison.
/// </summary>
public static class WorkTrace
{
    public const string SourceName = "Pipeline.Work";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a trace of its own, linked to the trace before it and to the current span, and ends its first span at once.</summary>
    /// <param name="name">Why the work begins, such as <c>retry</c>.</param>
    /// <param name="before">The context of the trace before; null if there was none.</param>
    /// <returns>The context for the row.</returns>
    public static string Begin(string name, Guid assetId, int revision, int attempt, string? before)
    {
        // The span of the confirm covers the question to the store, so the row continues it.
        if (Activity.Current is { } current && current.Source == Source && current.OperationName == name) return current.Id!;
        ActivityLink[] links =
        [
            .. new[] { TraceContext.Parse(before), Activity.Current?.Context ?? default }.Where(context => context != default).Distinct().Select(context => new ActivityLink(context)),
        ];
        var caller = Activity.Current;
        Activity.Current = null;
        try
        {
            using var span = Source.StartActivity(ActivityKind.Internal, default, links: links, name: name);
            Describe(span, assetId, revision, attempt);
            return span?.Id ?? TraceContext.New();
        }
        finally
        {
            Activity.Current = caller;
        }
    }

    /// <summary>Starts a span below the current one.</summary>
    public static Activity? Start(string name, Guid assetId) => Describe(Source.StartActivity(name), assetId);

    /// <summary>Starts a span below the one of a row or a message.</summary>
    public static Activity? Start(string name, ActivityKind kind, string? parent, Guid assetId, int revision, int attempt) =>
        Describe(Source.StartActivity(name, kind, TraceContext.Parse(parent)), assetId, revision, attempt);

    /// <summary>Starts a span of a message, with the attributes of the messaging conventions.</summary>
    /// <param name="operation"><c>send</c> or <c>process</c>.</param>
    public static Activity? StartMessage(string operation, string queue, string? parent, Guid assetId, int revision, int attempt) =>
        Start($"{operation} {queue}", operation == "send" ? ActivityKind.Producer : ActivityKind.Consumer, parent, assetId, revision, attempt)
            ?.SetTag("messaging.system", "rabbitmq").SetTag("messaging.operation.name", operation).SetTag("messaging.operation.type", operation).SetTag("messaging.destination.name", queue);

    /// <summary>Starts a span below another one, or below the current one if that is null.</summary>
    public static Activity? StartStep(string name, Activity? parent) => Source.StartActivity(name, ActivityKind.Internal, parent?.Context ?? default);

    /// <summary>Starts the span of a request, below the caller's span if it sent a valid context.</summary>
    public static Activity? StartRequest(string name, string? traceparent) => Source.StartActivity(name, ActivityKind.Server, TraceContext.Parse(traceparent));

    private static Activity? Describe(Activity? span, Guid assetId) => span?.SetTag("pipeline.asset.id", assetId.ToString());

    private static Activity? Describe(Activity? span, Guid assetId, int revision, int attempt) =>
        Describe(span, assetId)?.SetTag("pipeline.revision", revision).SetTag("pipeline.attempt", attempt);
}
