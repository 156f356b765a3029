using System.Text.RegularExpressions;
using Pipeline.EndToEnd.Production;

namespace Pipeline.EndToEnd.Observability;

/// <summary>Rules, dashboard and page name only metrics that both hosts really serve.</summary>
public sealed partial class ObservabilityFilesTests
{
    private static readonly string[] Files = ["deploy/observability/alerts.yml", "deploy/observability/grafana.json", "docs/observability.md"];

    // Series that only a fault or a scanner with dated signatures makes; tests of their rooms cover them.
    private static readonly string[] OnlyAfterFaults = ["pipeline_decoder_ends_total", "pipeline_scanner_signature_age_seconds"];

    [Fact]
    public async Task Each_metric_that_a_file_names_is_served_by_a_host()
    {
        await using var servers = await ProductionServers.MakeAsync();
        var (api, worker) = (FreePort.Take(), FreePort.Take());
        await servers.StartAsync([("Metrics__Port", $"{api}"), ("RabbitMq__ErrorQueueSeconds", "1")], [("Metrics__Port", $"{worker}")]);
        using var alice = servers.Person("alice");
        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");
        using var ops = Production.RescanTests.Operator(servers, "operator");
        var plan = await ops.PostAsync("/api/admin/runs", new { kind = "rescan", filter = new { all = true } });
        (await ops.PostAsync($"/api/admin/runs/{plan.Id}/apply")).Status.ShouldBe(202);
        await MetricsTests.ScrapeWhenAsync(api, s => s.Sum("pipeline_rescans_total", "verdict=\"clean\"") > 0 && s.Sum("pipeline_workers") > 0 && s.Sum("pipeline_health_part", "part=\"database\"") > 0
            && s.Series.Any(series => series.Name == "pipeline_bus_queue_messages"));

        var served = (await Scrape.OfAsync(api)).Series.Concat((await Scrape.OfAsync(worker)).Series).Select(s => s.Name).Concat(OnlyAfterFaults).ToHashSet(StringComparer.Ordinal);

        foreach (var file in Files)
        {
            var named = Name().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, file))).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
            named.Count.ShouldBeGreaterThan(5, file);
            named.Where(name => !served.Contains(name) && !served.Contains($"{name}_count")).ShouldBeEmpty(file);
        }

        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, Files[^1]));
        served.Where(name => name.StartsWith("pipeline_", StringComparison.Ordinal)).Select(name => Part().Replace(name, ""))
            .Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty("the page describes every metric");
    }

    [Fact]
    public async Task Each_alert_has_a_recipe()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(Repository.Root, Files[0]));
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, Files[^1]));

        var alerts = Alert().Matches(rules).Select(m => m.Groups["name"].Value).ToList();

        alerts.Count.ShouldBeGreaterThan(15);
        alerts.Where(alert => !page.Contains($"\n### {alert}\n", StringComparison.Ordinal)).ShouldBeEmpty();
        alerts.Where(alert => !rules.Contains($"runbook_url: docs/observability.md#{alert.ToLowerInvariant()}\n", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex("""(?<![\w/.:-])pipeline_[a-z_]+[a-z](?![\w*.])""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Name();

    [GeneratedRegex("_(count|sum|bucket)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Part();

    [GeneratedRegex("- alert: (?<name>[A-Za-z]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Alert();
}
