using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd.Observability;

/// <summary>One series of a scrape.</summary>
internal sealed record Series(string Name, string Labels, double Value);

/// <summary>What a host showed on its metrics port.</summary>
internal sealed partial record Scrape(string Text)
{
    public IReadOnlyList<Series> Series { get; } =
    [
        .. Line().Matches(Text).Select(m => new Series(m.Groups["name"].Value, m.Groups["labels"].Value, double.Parse(m.Groups["value"].Value, CultureInfo.InvariantCulture))),
    ];

    public static async Task<Scrape> OfAsync(int port)
    {
        using var http = new HttpClient();
        return new Scrape(await http.GetStringAsync(new Uri($"http://localhost:{port}/metrics")));
    }

    /// <summary>The sum of the series of this name whose labels contain all these texts.</summary>
    public double Sum(string name, params string[] labels) =>
        Series.Where(s => s.Name == name && labels.All(label => s.Labels.Contains(label, StringComparison.Ordinal))).Sum(s => s.Value);

    [GeneratedRegex(@"^(?<name>[a-z_]+)(\{(?<labels>[^}]*)\})? (?<value>\S+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Line();
}
