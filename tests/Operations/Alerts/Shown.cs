using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pipeline.TestKit;

namespace Pipeline.Operations.Alerts;

/// <summary>What the rules, the dashboard and the page name, beside what Prometheus has seen in the run.</summary>
internal sealed partial class Shown(Monitoring monitoring, DateTimeOffset since)
{
    private const string Rules = "deploy/observability/alerts.yml";
    private const string Dashboard = "deploy/observability/grafana.json";
    private const string Page = "docs/observability.md";

    // They need a file, a signature, a version or a day that this run does not have. The tests of their rooms count them.
    private static readonly string[] Elsewhere =
    [
        "pipeline_decoder_ends_total reason=timeout", "pipeline_decoder_ends_total reason=gone", "pipeline_decoder_ends_total reason=abandoned", "pipeline_scan_verdicts_total verdict=limit_exceeded",
        "pipeline_rescans_total verdict=infected", "pipeline_rescans_total verdict=held", "pipeline_rescans_total verdict=failed", "pipeline_runs kind=other", "pipeline_runs state=failed", "pipeline_runs state=expired",
    ];

    /// <returns>The metrics, labels and values that the rules name and the run did not show.</returns>
    public async Task<IReadOnlyList<string>> MissingInRulesAsync() => await MissingAsync(await TextAsync(Rules));

    /// <returns>The same of the dashboard, and its queries without a result.</returns>
    public async Task<IReadOnlyList<string>> MissingInDashboardAsync()
    {
        var text = await TextAsync(Dashboard);
        var missing = (await MissingAsync(text)).ToList();
        foreach (var query in Queries(JsonNode.Parse(text)))
            if (!await monitoring.AnswersAsync(query, since)) missing.Add($"no series: {query}");
        return missing;
    }

    /// <returns>The same of the table of metrics in the page, and of the queries below it.</returns>
    public async Task<IReadOnlyList<string>> MissingInPageAsync()
    {
        var text = await TextAsync(Page);
        var missing = new List<string>();
        foreach (Match row in Row().Matches(text))
        {
            var name = row.Groups["name"].Value;
            var series = await SeriesAsync($$"""{__name__=~"{{name}}(_count)?"}""");
            if (series.Count == 0) missing.Add(name);
            else missing.AddRange(Missing(name, row.Groups["labels"].Value, series));
        }

        return [.. missing, .. await MissingAsync(text)];
    }

    // A word before a colon, or one that the series have as a label, is a label; the others are its values.
    private static IEnumerable<string> Missing(string name, string cell, IReadOnlyList<JsonNode> series)
    {
        string? label = null;
        foreach (Match word in Word().Matches(cell))
        {
            var text = word.Groups["word"].Value;
            var isLabel = series.Any(one => one[text] is not null);
            if (isLabel) label = text;
            else if (word.Groups["colon"].Success || label is null) yield return $"{name} {text}";
            else if (!series.Any(one => one[label]?.GetValue<string>() == text) && !Elsewhere.Contains($"{name} {label}={text}")) yield return $"{name} {label}={text}";
        }
    }

    private static IEnumerable<string> Queries(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(property => property is { Key: "expr", Value: JsonValue query } ? [query.GetValue<string>()] : Queries(property.Value)),
        JsonArray many => many.SelectMany(Queries),
        _ => [],
    };

    private static Task<string> TextAsync(string file) => File.ReadAllTextAsync(Path.Combine(Repository.Root, file));

    // Also the labels of `by (…)`, which a query takes from its metric.
    private async Task<IReadOnlyList<string>> MissingAsync(string text)
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Match selector in Selector().Matches(text))
        {
            var name = selector.Groups["name"].Value;
            var matchers = Matcher().Matches(selector.Groups["matchers"].Value.Replace("\\\"", "\"", StringComparison.Ordinal));
            if ((await SeriesAsync($$"""{__name__=~"{{name}}(_count)?"}""")).Count == 0) missing.Add(name);
            foreach (Match matcher in matchers)
            {
                // What a query leaves out must be there as well.
                var (label, isPattern) = (matcher.Groups["label"].Value, matcher.Groups["sign"].Value.EndsWith('~'));
                var value = matcher.Groups["value"].Value;
                var values = isPattern && Alternatives().IsMatch(value) ? value.Split('|') : [value];
                foreach (var one in values)
                    if ((await SeriesAsync($$"""{{name}}{{{label}}{{(isPattern ? "=~" : "=")}}"{{one}}"}""")).Count == 0) missing.Add($"{name} {label}={one}");
            }

            // All matchers at once, as the query has them.
            if (matchers.Count > 1 && (await SeriesAsync($$"""{{name}}{{{string.Join(',', matchers.Select(m => m.Value))}}}""")).Count == 0) missing.Add(selector.Value);
        }

        foreach (Match grouped in Grouped().Matches(text))
            foreach (var label in grouped.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries).Where(label => label != "le"))
                if ((await SeriesAsync($$"""{__name__=~"{{grouped.Groups["name"].Value}}(_count)?",{{label}}!=""}""")).Count == 0) missing.Add($"{grouped.Groups["name"].Value} {label}");
        return [.. missing];
    }

    private Task<IReadOnlyList<JsonNode>> SeriesAsync(string selector) => monitoring.SeriesAsync(selector, since);

    [GeneratedRegex("""(?<![\w/.:-])(?<name>pipeline_[a-z_]+[a-z]|up)(?![\w*.])\{(?<matchers>[^}]*)\}""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Selector();

    [GeneratedRegex("""(?<label>[a-z_]+)(?<sign>=~|!~|!=|=)"(?<value>[^"]*)" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Matcher();

    [GeneratedRegex("^[a-z_-]+(\\|[a-z_-]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Alternatives();

    [GeneratedRegex("""by \((?<labels>[a-z_, ]+)\) \((rate\(|increase\()?(?<name>pipeline_[a-z_]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Grouped();

    [GeneratedRegex("""^\| `(?<name>pipeline_[a-z_]+)` \|[^|]*\|[^|]*\|(?<labels>[^|]*)\|""", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<word>[a-z_]+)`(?<colon>:)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Word();
}
