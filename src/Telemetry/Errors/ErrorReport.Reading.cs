using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Telemetry.Errors;

/// <summary>Reads the facts of a log line.</summary>
internal sealed partial record ErrorReport
{
    private const string CodeName = "Code";
    private const string Template = "{OriginalFormat}";

    /// <returns>
    /// The report; null if the line describes no unexpected exception: those below Error are handled, unless the line names the code under which work
    /// failed.
    /// </returns>
    public static ErrorReport? Of(string category, LogLevel level, EventId id, object? state, IExternalScopeProvider? scopes, Exception exception)
    {
        var own = Facts(state);
        var code = own.GetValueOrDefault(CodeName) as string;
        if (level < LogLevel.Error && code is null) return null;
        var outer = new Dictionary<string, object?>(StringComparer.Ordinal);
        scopes?.ForEachScope(
            (scope, all) =>
            {
                // Inner scopes come last and win.
                foreach (var (name, value) in Facts(scope)) all[name] = value;
            },
            outer);
        var noted = FaultFacts.Of(exception);
        var isOurs = category.StartsWith("Pipeline.", StringComparison.Ordinal);
        return new ErrorReport(exception, level, Checked(CodeForm(), code) ?? (isOurs && id.Name is { } name ? Words().Replace(name, "_$0").ToLowerInvariant() : "unhandled"))
        {
            Text = isOurs ? own.GetValueOrDefault(Template) as string : null,
            AssetId = (noted?.AssetId ?? Fact(LogScopes.AssetId) as Guid?)?.ToString(),
            AssetType = Checked(TypeForm(), noted?.ContentType ?? Fact(LogScopes.AssetType) as string),
            AssetSize = (noted?.Size ?? Fact(LogScopes.AssetSize) as long?)?.ToString(CultureInfo.InvariantCulture),
            TraceId = TraceContext.TraceIdOf(noted?.TraceContext) ?? Checked(TraceForm(), Fact(LogScopes.TraceId) as string) ?? Activity.Current?.TraceId.ToString(),
            RequestId = Checked(RequestForm(), Fact("RequestId") as string),
        };

        object? Fact(string name) => own.GetValueOrDefault(name) ?? outer.GetValueOrDefault(name);
    }

    private static Dictionary<string, object?> Facts(object? state) => state is IEnumerable<KeyValuePair<string, object?>> all
        ? all.Where(fact => fact.Value is not null).GroupBy(fact => fact.Key, StringComparer.Ordinal).ToDictionary(facts => facts.Key, facts => facts.Last().Value, StringComparer.Ordinal)
        : [];

    private static string? Checked(Regex form, string? text) => text is not null && form.IsMatch(text) ? text : null;

    [GeneratedRegex("^[a-z_]{1,64}$", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex CodeForm();

    [GeneratedRegex("^(image|video|application)/[a-z0-9.+-]{1,40}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex TypeForm();

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex TraceForm();

    [GeneratedRegex("^[A-Za-z0-9:]{1,64}$", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex RequestForm();

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Words();
}
