using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.TestKit;

namespace Pipeline.Operations.Alerts;

/// <summary>Debian's Prometheus and Alertmanager with the rules of this repository.</summary>
internal sealed class Monitoring : IAsyncDisposable
{
    // A third of the example's, which leaves the rules' own delays as they are.
    private const int ScrapeSeconds = 5;

    private readonly TempFolder _folder = new();
    private readonly int _prometheusPort = FreePort.Take();
    private readonly int _alertmanagerPort = FreePort.Take();
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static async Task<Monitoring> StartAsync(Uri api, Uri worker)
    {
        var monitoring = new Monitoring();
        var rules = Path.Combine(Repository.Root, "deploy", "observability", "alerts.yml");
        await File.WriteAllTextAsync(monitoring._folder["alertmanager.yml"], "route: { receiver: nobody, group_wait: 1s, group_interval: 1s }\nreceivers: [{ name: nobody }]\n");
        await File.WriteAllTextAsync(monitoring._folder["prometheus.yml"], $"""
            global: {"{"} scrape_interval: {ScrapeSeconds}s, evaluation_interval: {ScrapeSeconds}s {"}"}
            rule_files: ["{rules}"]
            alerting:
              alertmanagers:
                - static_configs: [{"{"} targets: ["127.0.0.1:{monitoring._alertmanagerPort}"] {"}"}]
            scrape_configs:
              - job_name: pipeline-uploadapi
                static_configs: [{"{"} targets: ["{api.Authority}"] {"}"}]
              - job_name: pipeline-processor
                static_configs: [{"{"} targets: ["{worker.Authority}"] {"}"}]
            """);
        monitoring.Launch("prometheus-alertmanager", $"--config.file={monitoring._folder["alertmanager.yml"]}", $"--storage.path={monitoring._folder["alertmanager"]}", $"--web.listen-address=127.0.0.1:{monitoring._alertmanagerPort}", "--cluster.listen-address=");
        monitoring.Launch("prometheus", $"--config.file={monitoring._folder["prometheus.yml"]}", $"--storage.tsdb.path={monitoring._folder["prometheus"]}", $"--web.listen-address=127.0.0.1:{monitoring._prometheusPort}", "--rules.alert.resend-delay=5s");
        await Eventually.True(async () => await monitoring.UpAsync() == 2, "Prometheus scrapes both hosts", TimeSpan.FromMinutes(3));
        return monitoring;
    }

    /// <summary>The names of the alerts that Alertmanager has now.</summary>
    public async Task<IReadOnlySet<string>> FiringAsync()
    {
        var alerts = await _http.GetFromJsonAsync<JsonArray>(new Uri($"http://127.0.0.1:{_alertmanagerPort}/api/v2/alerts?active=true"));
        return alerts!.Select(alert => alert!["labels"]!["alertname"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The labels of the series that match a selector.</summary>
    public async Task<IReadOnlyList<JsonNode>> SeriesAsync(string selector, DateTimeOffset since) =>
        [.. (await AskAsync($"series?match[]={Uri.EscapeDataString(selector)}&start={since.ToUnixTimeSeconds()}"))["data"]!.AsArray().OfType<JsonNode>()];

    /// <summary>Whether a query has a result at any time since.</summary>
    public async Task<bool> AnswersAsync(string query, DateTimeOffset since) =>
        (await AskAsync($"query_range?query={Uri.EscapeDataString(query)}&start={since.ToUnixTimeSeconds()}&end={TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}&step=15"))["data"]!["result"]!.AsArray().Count > 0;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<int> UpAsync()
    {
        try
        {
            return (await AskAsync("query?query=up==1"))["data"]!["result"]!.AsArray().Count;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private async Task<JsonObject> AskAsync(string path) => (await _http.GetFromJsonAsync<JsonObject>(new Uri($"http://127.0.0.1:{_prometheusPort}/api/v1/{path}")))!;

    private void Launch(string program, params string[] arguments)
    {
        var log = _folder[$"{program}.log"];
        var start = new ProcessStartInfo("sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, program, .. arguments]) { UseShellExecute = false, WorkingDirectory = _folder.Path };
        _processes.Add(Process.Start(start)!);
    }
}
