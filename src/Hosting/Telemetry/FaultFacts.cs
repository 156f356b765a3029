using System.Runtime.CompilerServices;

namespace Pipeline.Hosting.Telemetry;

/// <summary>The asset that an exception concerns.</summary>
/// <param name="AssetId">Its id.</param>
/// <param name="ContentType">The type of the file, claimed or found; null if unknown.</param>
/// <param name="Size">The size in bytes; null if unknown.</param>
/// <param name="TraceContext">The context of its work; null if unknown.</param>
public sealed record FaultFacts(Guid AssetId, string? ContentType, long? Size, string? TraceContext)
{
    private static readonly ConditionalWeakTable<Exception, FaultFacts> Known = [];

    /// <summary>
    /// Remembers the facts with the exception: the log line of an exception is often written where its scopes have ended. For exception filters,
    /// so it always returns false.
    /// </summary>
    public static bool Note(Exception exception, FaultFacts facts)
    {
        Known.TryAdd(exception, facts);
        return false;
    }

    /// <summary>The facts of an exception or of one that caused it; null if none were noted.</summary>
    public static FaultFacts? Of(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (Known.TryGetValue(e, out var facts)) return facts;
            if (e is AggregateException all && all.InnerExceptions.Skip(1).Select(Of).FirstOrDefault(found => found is not null) is { } other) return other;
        }

        return null;
    }
}
