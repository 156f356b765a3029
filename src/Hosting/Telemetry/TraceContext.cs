using System.Diagnostics;

namespace Pipeline.Hosting.Telemetry;

/// <summary>
/// W3C trace context as text (<c>00-{trace id}-{span id}-{flags}</c>), as it stands in rows and messages: so one trace outlives a sweep, a dead
/// process and another bus.
/// </summary>
public static class TraceContext
{
    /// <summary>The length of every context of version 00.</summary>
    public const int MaxLength = 55;

    /// <summary>The text if it is a valid context, else null: a wrong context costs the connection of two spans, never the work.</summary>
    public static string? Checked(string? text) => text?.Length == MaxLength && text.StartsWith("00-", StringComparison.Ordinal) && ActivityContext.TryParse(text, null, out _) ? text : null;

    /// <summary>The context; the default value for a missing or invalid text.</summary>
    public static ActivityContext Parse(string? text) => Checked(text) is { } valid && ActivityContext.TryParse(valid, null, isRemote: true, out var context) ? context : default;

    /// <summary>A context without a span, so that log lines of one work still share a trace id while no spans are recorded.</summary>
    public static string New() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";

    /// <summary>The trace id of a context; null for a missing or invalid text.</summary>
    public static string? TraceIdOf(string? text) => Checked(text)?.Substring(3, 32);
}
