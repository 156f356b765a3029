using System.Diagnostics;
using System.Text.RegularExpressions;
using Sentry;

namespace Pipeline.Telemetry.Errors;

/// <summary>
/// Where an exception was thrown: types, methods and lines of code. Neither messages nor paths, because a library's message may contain a file name, a key
/// or a URL.
/// </summary>
internal static partial class ExceptionPlace
{
    private const string Ours = "Pipeline.";

    /// <summary>The innermost method of this product, or of a library if there is none.</summary>
    public static string Of(Exception exception)
    {
        var frames = Frames(exception, withLines: false).ToList();
        var place = frames.Find(frame => frame.InApp == true) ?? frames.FirstOrDefault();
        return place is null ? "(unknown)" : $"{place.Module}.{place.Function}";
    }

    /// <summary>The frames as the tracker wants them, the outermost first.</summary>
    public static SentryStackTrace Trace(Exception exception) => new() { Frames = [.. Frames(exception, withLines: true).Reverse()] };

    private static IEnumerable<SentryStackFrame> Frames(Exception exception, bool withLines)
    {
        foreach (var frame in new StackTrace(exception, withLines).GetFrames())
        {
            if (frame.GetMethod() is not { } method) continue;
            var (type, function) = (method.DeclaringType?.FullName ?? "", method.Name);

            // An async method, iterator or lambda is a generated type or method: `Type+<Method>d__5.MoveNext`, `Type+<>c.<Method>b__3_0`.
            if (Generated().Match($"{type}.{function}") is { Success: true } generated) (type, function) = (generated.Groups["type"].Value, generated.Groups["method"].Value);
            yield return new SentryStackFrame
            {
                Module = type.Split('[')[0],
                Function = function,
                LineNumber = frame.GetFileLineNumber() is > 0 and var line ? line : null,
                InApp = type.StartsWith(Ours, StringComparison.Ordinal),
            };
        }
    }

    [GeneratedRegex(@"^(?<type>[^<]+?)(\+<>c(__DisplayClass\w+)?(`\d+)?)?[+.](<<?)(?<method>[\w.]+)(>[bg]__\w+(\|\w+)?)?>?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Generated();
}
