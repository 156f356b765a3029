using System.Net;
using System.Net.Sockets;

namespace Pipeline.EndToEnd.Observability;

/// <summary>The embedded server's metrics.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task A_photo_shows_in_the_metrics_and_the_public_port_has_none()
    {
        var port = FreePort.Take();
        await using var server = await Server.StartAsync(("Metrics__Port", $"{port}"));
        using var alice = await server.PersonAsync();
        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");

        (await alice.GetAsync("/metrics")).Status.ShouldBe(404);
        var scrape = await ScrapeWhenAsync(port, s => s.Sum("pipeline_assets", "status=\"ready\"") >= 1 && s.Sum("pipeline_health_part", "part=\"database\"") > 0);
        scrape.Sum("pipeline_outcomes_total", "outcome=\"ready\"").ShouldBe(1);
        scrape.Sum("pipeline_asset_events_total", "kind=\"confirmed\"").ShouldBe(1);
        scrape.Sum("pipeline_confirm_to_ready_duration_seconds_count").ShouldBe(1);
        scrape.Sum("pipeline_step_duration_seconds_count", "step=\"render\"").ShouldBe(1);
        scrape.Sum("pipeline_scan_verdicts_total", "verdict=\"clean\"").ShouldBe(1);
        scrape.Sum("pipeline_http_requests_total", "route=\"/api/upload/confirm\"", "status=\"202\"").ShouldBe(1);
        scrape.Sum("pipeline_host_info", "host=\"embedded\"").ShouldBe(1);
    }

    [Fact]
    public async Task Many_users_and_wrong_paths_add_no_series()
    {
        var port = FreePort.Take();
        await using var server = await Server.StartAsync(("Metrics__Port", $"{port}"));
        using var http = new HttpClient { BaseAddress = server.Address };
        await AskAsync(http, 1);
        var before = await Scrape.OfAsync(port);

        await AskAsync(http, 500);

        var after = await Scrape.OfAsync(port);
        after.Series.Count.ShouldBeLessThan(1000);
        after.Series.Where(s => s.Name.StartsWith("pipeline_http", StringComparison.Ordinal)).Count()
            .ShouldBe(before.Series.Where(s => s.Name.StartsWith("pipeline_http", StringComparison.Ordinal)).Count());
        after.Text.ShouldNotContain("wrong-path");
    }

    [Fact]
    public async Task A_configured_port_that_is_taken_stops_the_start()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = $"{((IPEndPoint)other.LocalEndpoint).Port}";
        using var folder = new TempFolder();
        await using var refused = ServerProcess.Launch(
            Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll"), folder.Path, new Dictionary<string, string>(StringComparer.Ordinal) { ["Metrics__Port"] = taken });

        (await refused.EndAsync()).ShouldBe(75);
        refused.Errors.ShouldContain(line => line.Contains("`Metrics:Port`", StringComparison.Ordinal) && line.Contains("in use by another program", StringComparison.Ordinal));
    }

    internal static async Task<Scrape> ScrapeWhenAsync(int port, Func<Scrape, bool> condition)
    {
        Scrape? scrape = null;
        await Eventually.True(async () => condition(scrape = await Scrape.OfAsync(port)), "the metrics show it");
        return scrape!;
    }

    private static async Task AskAsync(HttpClient http, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(i % 2 == 0 ? "GET" : $"METHOD{i}"), $"/wrong-path/{i}");
            using var response = await http.SendAsync(request);
        }

        using var odd = new HttpRequestMessage(new HttpMethod("ODD"), "/wrong-path");
        using var last = await http.SendAsync(odd);
    }
}
