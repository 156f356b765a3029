using System.Text.RegularExpressions;
using Pipeline.TestKit;

namespace Pipeline.Operations.Alerts;

/// <summary>Prometheus' own judgement of the rules, and of what the hosts serve.</summary>
internal static partial class Promtool
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "observability");

    /// <summary>The rules are valid, and each has a case that fires it and one that does not.</summary>
    public static async Task RulesAsync(Checks checks)
    {
        var tests = Path.Combine(Folder, "alerts.test.yml");
        var cases = await File.ReadAllTextAsync(tests);
        var lacking = Alert().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yml"))).Select(alert => alert.Groups["name"].Value)
            .Where(alert => !cases.Contains($"\"{alert} fires", StringComparison.Ordinal) || !cases.Contains($"\"{alert} stays quiet", StringComparison.Ordinal)).ToList();
        checks.That(lacking.Count == 0, $"each rule has a case that fires it and one that does not{(lacking.Count > 0 ? $", but not {string.Join(", ", lacking)}" : "")}");
        var (code, said) = await Command.TryAsync(["promtool", "test", "rules", tests]);
        checks.That(code == 0, $"promtool test rules{(code == 0 ? "" : $": {said.Trim()}")}");
    }

    /// <summary>The names and types keep Prometheus' rules.</summary>
    public static async Task MetricsAsync(Checks checks, string host, Uri metrics)
    {
        using var http = new HttpClient();
        var (code, said) = await Command.TryAsync(["promtool", "check", "metrics"], input: await http.GetStringAsync(metrics));

        // .NET's own metrics have names that are not ours to choose.
        var ours = said.Split('\n').Where(line => line.StartsWith("pipeline_", StringComparison.Ordinal) || line.StartsWith("error", StringComparison.Ordinal)).ToList();
        checks.That(ours.Count == 0 && code is 0 or 3, $"promtool check metrics has no complaint of the {host}{(ours.Count > 0 ? $": {string.Join("; ", ours.Take(3))}" : "")}");
    }

    [GeneratedRegex("- alert: (?<name>[A-Za-z]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Alert();
}
