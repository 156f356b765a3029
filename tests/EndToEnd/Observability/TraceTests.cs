using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pipeline.EndToEnd.Production;

namespace Pipeline.EndToEnd.Observability;

/// <summary>The traces of two hosts, as a collector gets them.</summary>
public sealed class TraceTests
{
    private const string Last = "process upload-api-outcomes";

    [Fact]
    public async Task One_trace_leads_from_the_confirm_over_both_hosts_to_ready_though_the_caller_samples_nothing()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(collector.Settings, collector.Settings);
        using var alice = servers.Person("alice");

        var (id, traceId, callerSpan) = await UploadAsync(alice, servers.Address);
        var asset = await alice.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        await Eventually.True(() => collector.Spans.Any(s => s.TraceId == traceId && s.Attributes.GetValueOrDefault("pipeline.status") == "ready"), "the last span has come");
        var trace = await collector.TraceAsync(traceId, "POST /api/upload/confirm", "process processor-uploads", "send processor-uploads");

        string[] once = ["POST /api/upload/confirm", "confirm", "send processor-uploads", "process processor-uploads", "fetch", "scan", "open", "render", "freeze", "publish"];
        foreach (var name in once) trace.Count(span => span.Name == name).ShouldBe(1, name);
        trace.Count(span => span.Name == "variant").ShouldBe(asset.Json["variants"]!.AsArray().Count);
        trace.ShouldContain(span => span.Name == Last && span.Attributes["pipeline.message"] == "AssetReady");
        trace.Select(span => span.Host).Distinct(StringComparer.Ordinal).ShouldBe(["pipeline-uploadapi", "pipeline-processor"], ignoreOrder: true);

        var ids = trace.Select(span => span.Id).Append(callerSpan).ToHashSet(StringComparer.Ordinal);
        trace.Where(span => !ids.Contains(span.ParentId)).ShouldBeEmpty("each span hangs below another one, and the first below the caller's");
        var process = trace.Single(span => span.Name == "process processor-uploads");
        process.ParentId.ShouldBe(trace.Single(span => span.Name == "send processor-uploads").Id);
        (process.Attributes["messaging.system"], process.Attributes["messaging.destination.name"], process.Attributes["messaging.operation.type"]).ShouldBe(("rabbitmq", "processor-uploads", "process"));
        (process.Attributes["pipeline.asset.id"], process.Attributes["pipeline.source.size"], process.Attributes["pipeline.outcome"]).ShouldBe((id.ToString(), $"{PlainPhoto.Bytes.Length}", "ready"));
        CarriesNothing(trace, alice.Token);

        Lines(servers.Log, traceId, id).Any(line => line.Contains("Pipeline.UploadApi", StringComparison.Ordinal) || line.Contains("Pipeline.Assets", StringComparison.Ordinal)).ShouldBeTrue("the API's lines carry both ids");
        Lines(servers.Log, traceId, id).Any(line => line.Contains("Pipeline.Processor", StringComparison.Ordinal)).ShouldBeTrue("the worker's too");
    }

    [Fact]
    public async Task The_trace_outlives_an_API_that_is_killed_after_the_confirm()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        var api = await servers.StartApiAsync(collector.Settings);
        using var alice = servers.Person("alice");
        var (id, traceId, _) = await UploadAsync(alice, servers.Address);
        await api.KillAsync();

        await servers.StartApiAgainAsync(api, collector.Settings);
        await servers.StartWorkerAsync(collector.Settings);
        (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");

        await Eventually.True(() => collector.Spans.Any(s => s.TraceId == traceId && s.Attributes.GetValueOrDefault("pipeline.status") == "ready"), "the other API ends the same trace");
        (await collector.TraceAsync(traceId, "publish", "process processor-uploads")).ShouldContain(span => span.Name == "process processor-uploads");
    }

    [Fact]
    public async Task A_retry_and_a_reprocess_are_traces_of_their_own_with_links_to_the_one_before()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        (string Name, string Value)[] soon = [("Dispatch__RetryMinSeconds", "1"), ("Dispatch__RetryMaxSeconds", "1"), ("Dispatch__MaxAttempts", "100")];
        await using var store = await StoreProxy.StartAsync();
        await servers.StartAsync([.. collector.Settings, .. soon], [.. collector.Settings, store.Setting]);
        using var alice = servers.Person("alice");
        store.Refuse(403);
        var (id, first, _) = await UploadAsync(alice, servers.Address);
        await Eventually.True(async () => (await alice.TimelineKindsAsync(id)).Contains("attempt_failed"), "an attempt fails without the store", TimeSpan.FromSeconds(90));
        store.Heal();
        (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");

        await Eventually.True(() => collector.Spans.Any(s => s.Name == "retry" && s.Links.Contains(first)), "the retry links to the confirm's trace");
        var retry = collector.Spans.First(s => s.Name == "retry" && s.Links.Contains(first));
        (retry.TraceId, retry.ParentId).ShouldNotBe((first, ""));
        retry.ParentId.ShouldBe("");
        await Eventually.True(() => collector.Spans.Any(s => s.TraceId != first && s.Attributes.GetValueOrDefault("pipeline.status") == "ready"), "a retry's trace ends with ready");
        var ready = collector.Spans.First(s => s.Attributes.GetValueOrDefault("pipeline.status") == "ready").TraceId;

        (await alice.PostAsync($"/api/assets/{id}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(() => collector.Spans.Any(s => s.Name == "reprocess" && s.Links.Contains(ready)), "the reprocess links to the trace that made the asset ready");
        var again = collector.Spans.First(s => s.Name == "reprocess");
        again.TraceId.ShouldNotBe(ready);
        (await collector.TraceAsync(again.TraceId, Last, "process processor-reprocess")).ShouldContain(span => span.Name == "process processor-reprocess");
        CarriesNothing(collector.Spans, alice.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_hundred_confirms_succeed_while_the_collector_hangs_or_refuses(bool hangs)
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var port = hangs ? ((IPEndPoint)mute.LocalEndpoint).Port : FreePort.Take();

        // A queue of 20 spans overflows many times in this test; that must cost spans, never requests.
        await using var server = await Server.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{port}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "20"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10"), ("OTEL_BSP_SCHEDULE_DELAY", "100"));
        using var alice = await server.PersonAsync();

        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) => await alice.UploadAsync(PlainPhoto.Bytes));

        var clock = Stopwatch.StartNew();
        (await server.StopAsync()).ShouldBe(0);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    private static IEnumerable<string> Lines(string log, string traceId, Guid id) => log.Split('\n')
        .Where(line => line.StartsWith('{') && line.Contains($"\"TraceId\":\"{traceId}\"", StringComparison.Ordinal) && line.Contains($"\"AssetId\":\"{id}\"", StringComparison.Ordinal));

    /// <summary>Uploads and confirms as a caller that has a trace and does not sample it.</summary>
    private static async Task<(Guid Id, string TraceId, string CallerSpan)> UploadAsync(Person person, Uri address)
    {
        var (traceId, span) = (ActivityTraceId.CreateRandom().ToString(), ActivitySpanId.CreateRandom().ToString());
        var presigned = await person.PresignAsync("geheim-portrait.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);

        // Without the test's own activity, which HttpClient would send in place of this one.
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = address };
        using var confirm = new HttpRequestMessage(HttpMethod.Post, "/api/upload/confirm") { Content = JsonContent.Create(new { id = presigned.Id }) };
        confirm.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        confirm.Headers.Add("traceparent", $"00-{traceId}-{span}-00");
        using var answer = await http.SendAsync(confirm);
        ((int)answer.StatusCode).ShouldBe(202);
        return (presigned.Id, traceId, span);
    }

    private static void CarriesNothing(IEnumerable<Span> spans, string token)
    {
        foreach (var text in spans.SelectMany(span => span.Attributes.Select(a => $"{a.Key}={a.Value}").Append(span.Name)))
            foreach (var secret in new[] { "geheim", "portrait", "://", "uploads/", "assets/0", "originals/", token, "alice" })
                if (!text.StartsWith("http.route=/api/", StringComparison.Ordinal) && !text.Contains(" /api/", StringComparison.Ordinal))
                    text.ShouldNotContain(secret);
    }
}
