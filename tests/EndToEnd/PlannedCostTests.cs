namespace Pipeline.EndToEnd;

/// <summary>A plan says what its run then costs at the store.</summary>
public sealed class PlannedCostTests
{
    private const int Photos = 3;

    // The plan counts the run alone. The store is also asked whether it answers, which is booked as a check or a request, and each server lists the
    // incoming area for late uploads.
    private static readonly string[] OfRuns = ["publish", "manifest", "tidy"];

    private static readonly (string, string)[] TwoWidths = [("Processor__Profiles__web__Widths__0", "200"), ("Processor__Profiles__web__Widths__1", "400")];

    [Fact]
    public async Task The_requests_that_a_plan_names_are_those_that_its_run_sends_and_none_is_a_listing()
    {
        await using var server = await Server.StartAsync(TwoWidths);
        using var alice = await server.PersonAsync();
        for (var i = 0; i < Photos; i++)
        {
            // Other bytes after the end of the picture make it another file.
            var id = await alice.UploadAsync([.. CameraPhoto.Bytes, (byte)i]);
            (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
        }

        await WaitForManifestsAsync(server);
        (await server.StopAsync()).ShouldBe(0);
        await server.StartAgainAsync();
        var repair = await RunAsync(server, new { all = true });
        (repair.Render, repair.Keep).ShouldBe((4 * Photos, 0), "nothing has changed, so the workers write all variants again");
        repair.ShouldBeAsPlanned();

        await server.StartAgainAsync(("Processor__Profiles__web__Widths__2", "300"));
        var wider = await RunAsync(server, new { stale = "settings" });
        (wider.Render, wider.Keep).ShouldBe((2 * Photos, 4 * Photos), "only the new width is rendered");
        wider.ShouldBeAsPlanned();
    }

    private static async Task<Spent> RunAsync(Server server, object filter)
    {
        using var olga = await server.PersonAsync("olga", "operator");
        var before = await CountAsync(olga);
        JsonNode? plan = null;
        await Eventually.True(async () =>
        {
            // The worker announces its profiles some moments after the start.
            var planned = await olga.PostAsync("/api/admin/runs", new { kind = "reprocess", filter });
            planned.Status.ShouldBe(201);
            plan = planned.Json;
            return plan["plan"]!["assets"]!.GetValue<int>() == Photos;
        }, "all photos are in the plan");
        var id = plan!["id"]!.ToString();
        (await olga.PostAsync($"/api/admin/runs/{id}/apply")).Status.ShouldBe(202);
        await Eventually.True(async () => (await olga.GetAsync($"/api/admin/runs/{id}")).Json["state"]!.ToString() == "completed", "the run ends");
        await WaitForManifestsAsync(server);

        // The counts are saved at the stop.
        (await server.StopAsync()).ShouldBe(0);
        await server.StartAgainAsync();
        using var again = await server.PersonAsync("olga", "operator");
        var after = await CountAsync(again);
        (await server.StopAsync()).ShouldBe(0);
        var forecast = plan["plan"]!;
        return new Spent(
            forecast["variantsToRender"]!.GetValue<int>(), forecast["variantsToKeep"]!.GetValue<int>(), forecast["requests"]!["classA"]!.GetValue<long>(),
            forecast["requests"]!["classB"]!.GetValue<long>(), after.A - before.A, after.B - before.B, after.Lists - before.Lists);
    }

    // The manifest follows a change within seconds; its object is older than a change that it does not know.
    private static async Task WaitForManifestsAsync(Server server)
    {
        var since = TimeProvider.System.GetUtcNow().UtcDateTime;
        var folder = Path.Combine(server.DataFolder, "objects");
        await Eventually.True(() =>
        {
            var written = Directory.GetFiles(folder, "manifest.json*", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).ToList();
            return written.Count >= Photos && TimeProvider.System.GetUtcNow().UtcDateTime - since > TimeSpan.FromSeconds(6) && written.TrueForAll(at => TimeProvider.System.GetUtcNow().UtcDateTime - at > TimeSpan.FromSeconds(3));
        }, "the manifests are written");
    }

    private static async Task<(long A, long B, long Lists)> CountAsync(Person operatorOf)
    {
        var requests = (await operatorOf.GetAsync("/api/admin/costs")).Json["requests"]!.AsArray()
            .Where(r => OfRuns.Contains(r!["cause"]!.ToString()) && r["area"]!.ToString() != "incoming").ToList();
        return (Sum(r => r["class"]?.ToString() == "A"), Sum(r => r["class"]?.ToString() == "B"), Sum(r => r["operation"]!.ToString() == "list"));

        long Sum(Func<JsonNode, bool> those) => requests.Where(r => those(r!)).Sum(r => r!["count"]!.GetValue<long>());
    }

    private sealed record Spent(int Render, int Keep, long PlannedA, long PlannedB, long A, long B, long Lists)
    {
        public void ShouldBeAsPlanned()
        {
            A.ShouldBeInRange((long)(PlannedA * 0.9), (long)Math.Ceiling(PlannedA * 1.1), ToString());
            B.ShouldBeInRange((long)(PlannedB * 0.9), (long)Math.Ceiling(PlannedB * 1.1), ToString());
            Lists.ShouldBe(0, ToString());
        }
    }
}
