using System.Net.Http.Json;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>The routes of runs: roles, bad input, the way from a plan to a cancelled run.</summary>
[Collection(ApiHostTests.Name)]
public sealed class RunApiTests(ApiHost api)
{
    private const string Missing = "0191e9a0-0000-7000-8000-00000000ffff";

    // A tenant for each test, so that neither sees the other's assets and runs.
    private readonly string _tenant = $"t{Guid.NewGuid():N}";

    [Theory]
    [InlineData("GET", "/api/admin/runs", "viewer")]
    [InlineData("GET", $"/api/admin/runs/{Missing}", "viewer")]
    [InlineData("GET", $"/api/admin/runs/{Missing}/items", "viewer")]
    [InlineData("GET", $"/api/reprocess-runs/{Missing}", "viewer")]
    [InlineData("GET", "/api/admin/failed", "viewer")]
    [InlineData("POST", "/api/admin/runs", "operator")]
    [InlineData("PATCH", $"/api/admin/runs/{Missing}", "operator")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/apply", "operator")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/pause", "operator")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/resume", "operator")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/cancel", "operator")]
    [InlineData("POST", "/api/reprocess-runs", "operator")]
    public async Task A_route_names_the_role_that_is_missing_and_a_refused_change_leaves_a_line(string method, string path, string role)
    {
        var lower = role == "operator" ? "viewer" : null;
        var answer = await SendAsync(lower, method, path, method == "GET" ? null : new { });

        (answer.Status, answer.Code, answer.Text("role")).ShouldBe((403, "forbidden", role));
        var lines = (await SendAsync("viewer", "GET", "/api/admin/audit")).Json["items"]!.AsArray();
        lines.Select(line => line!["result"]!.ToString()).ShouldBe(role == "operator" ? ["forbidden"] : []);
    }

    [Fact]
    public async Task A_plan_without_a_condition_needs_all()
    {
        foreach (var body in (object[])[new { kind = "reprocess" }, new { kind = "reprocess", filter = new { } }, new { kind = "reprocess", filter = new { all = false, staleProfile = false } }])
        {
            var answer = await SendAsync("operator", "POST", "/api/admin/runs", body);
            (answer.Status, answer.Code).ShouldBe((400, "filter_required"));
        }

        (await SendAsync("operator", "POST", "/api/reprocess-runs", new { })).Code.ShouldBe("filter_required");
        (await SendAsync("operator", "POST", "/api/admin/runs", new { kind = "reprocess", filter = new { all = true } })).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("""{"kind":"polish","filter":{"all":true}}""", "kind", "reprocess, retry, discard")]
    [InlineData("""{"kind":"reprocess","filter":{"status":"done"}}""", "filter.status", "pending, queued")]
    [InlineData("""{"kind":"reprocess","filter":{"code":"oops"}}""", "filter.code", "scanner_unavailable")]
    [InlineData("""{"kind":"reprocess","filter":{"profile":"nope"}}""", "filter.profile", "")]
    [InlineData("""{"kind":"reprocess","filter":{"stale":"old"}}""", "filter.stale", "any, settings, engine")]
    [InlineData("""{"kind":"reprocess","filter":{"ids":[]}}""", "filter.ids", "1 to 200,000")]
    [InlineData("""{"kind":"reprocess","filter":{"ids":["x"]}}""", "filter.ids[0]", "UUID")]
    [InlineData("""{"kind":"reprocess","filter":{"createdFrom":"2026-02-01T00:00:00Z","createdTo":"2026-01-01T00:00:00Z"}}""", "filter.createdTo", "after")]
    [InlineData("""{"kind":"discard","filter":{"all":true}}""", "reason", "required")]
    [InlineData("""{"kind":"reprocess","filter":{"all":true},"pace":{"inFlight":2001}}""", "pace.inFlight", "1 to 2000")]
    [InlineData("""{"kind":"reprocess","filter":{"all":true},"pace":{"inFlight":0}}""", "pace.inFlight", "1 to 2000")]
    [InlineData("""{"kind":"reprocess","filter":{"all":true},"pace":{"rate":0}}""", "pace.rate", "0.01")]
    [InlineData("""{"kind":"reprocess","filter":{"all":true},"pace":{"window":"25:00-06:00"}}""", "pace.window", "22:00-06:00")]
    [InlineData("""{"kind":"reprocess","filter":{"all":true},"pace":{"maxFailures":101}}""", "pace.maxFailures", "0 to 100")]
    [InlineData("""{"kind":"reprocess","filter":{"all":true},"pace":{"budgetUsd":-1}}""", "pace.budgetUsd", "0.01")]
    public async Task Each_wrong_field_is_named_with_what_is_known(string json, string field, string known)
    {
        var answer = await api.SendAsync(Token("operator"), "POST", "/api/admin/runs", new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.Keys.ShouldBe([field]);
        answer.Errors[field].ShouldContain(known);
    }

    [Theory]
    [InlineData("POST", "/api/admin/runs", """{"kind":"discard","reason":"x","filter":{"status":"failed","owner":"nobody"}}""", "filter.owner", "is unknown; the fields are all, status")]
    [InlineData("POST", "/api/admin/runs", """{"kind":"retry","filter":{"all":true},"createdBefore":"2020-01-01"}""", "createdBefore", "is unknown; the fields are kind, filter")]
    [InlineData("POST", "/api/admin/runs", """{"kind":"retry","filter":{"all":true},"pace":{"rates":1}}""", "pace.rates", "is unknown; the fields are rate, inFlight")]
    [InlineData("POST", "/api/admin/runs", """{"kind":"retry","filter":{"<b>":true}}""", "filter", "has an unknown field; the fields are all")]
    [InlineData("POST", "/api/admin/runs", """{"a b":true}""", "body", "has an unknown field; the fields are kind")]
    [InlineData("POST", "/api/reprocess-runs", """{"filter":{"all":true},"dryrum":true}""", "dryrum", "is unknown; the fields are filter, dryRun")]
    [InlineData("POST", "/api/reprocess-runs", """{"filter":{"status":"ready","owner":"nobody"},"dryRun":true}""", "filter.owner", "ownerId")]
    [InlineData("PATCH", $"/api/admin/runs/{Missing}", """{"pace":{"in_flight":1}}""", "pace.in_flight", "inFlight")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/pause", """{"because":"x"}""", "because", "the fields are reason")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/rollback", """{"because":"x"}""", "because", "the fields are reason")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/delete-orphans", """{"reason":"x","max":5}""", "max", "maxDelete")]
    [InlineData("POST", $"/api/admin/runs/{Missing}/listing", """{"from":0,"objects":[{"bucket":"b","key":"k","size":1,"modified":"x"}]}""", "objects[0].modified", "modifiedAt")]
    [InlineData("POST", "/api/admin/areas/public/switch", """{"to":"x","reason":"x","dryRun":true}""", "dryRun", "the fields are to, back, reason")]
    [InlineData("POST", "/api/admin/jobs/EventFeed/run", """{"resaon":"x"}""", "resaon", "the fields are reason")]
    [InlineData("POST", "/api/admin/queues/a_error/return", """{"most":1}""", "most", "the fields are limit, reason")]
    public async Task An_unknown_field_is_refused_with_the_known_ones(string method, string path, string json, string field, string known)
    {
        var answer = await api.SendAsync(Token("admin"), method, path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.Keys.ShouldBe([field]);
        answer.Errors[field].ShouldContain(known);
    }

    [Fact]
    public async Task A_refused_try_with_an_unknown_run_leaves_a_line()
    {
        (await SendAsync("operator", "POST", $"/api/admin/runs/{Missing}/apply")).Code.ShouldBe("not_found");
        var line = (await SendAsync("viewer", "GET", "/api/admin/audit")).Json["items"]!.AsArray().ShouldHaveSingleItem()!;
        (line["verb"]!.ToString(), line["result"]!.ToString(), line["target"]!.ToString()).ShouldBe(("run.apply", "not_found", Missing));
    }

    [Fact]
    public async Task A_run_goes_from_its_plan_to_its_end()
    {
        var ready = await api.AddReadyAsync("ada", _tenant);
        var planned = await SendAsync("operator", "POST", "/api/admin/runs", new { kind = "reprocess", filter = new { ids = new[] { ready.Id.ToString(), Missing } }, reason = "test" });
        planned.Status.ShouldBe(201);
        (planned.Json["plan"]!["assets"]!.GetValue<int>(), planned.Json["plan"]!["skipped"]!["not_found"]!.GetValue<int>(), planned.Text("state")).ShouldBe((1, 1, "planned"));
        var path = $"/api/admin/runs/{planned.Text("id")}";
        (await SendAsync("operator", "POST", $"{path}/pause")).Code.ShouldBe("run_state");
        (await SendAsync("operator", "PATCH", path, new { pace = new { rate = 5 } })).Json["pace"]!["rate"]!.GetValue<double>().ShouldBe(5);
        (await SendAsync("operator", "PATCH", path, new { pace = new { } })).Errors.Keys.ShouldBe(["pace"]);

        (await SendAsync("operator", "POST", $"{path}/apply")).Status.ShouldBe(202);
        (await SendAsync("operator", "POST", $"{path}/apply")).Code.ShouldBe("plan_used");
        var other = await SendAsync("operator", "POST", "/api/reprocess-runs", new { filter = new { all = true } });
        (other.Code, other.Text("runId")).ShouldBe(("run_active", planned.Text("id")));
        await Eventually.True(async () => (await SendAsync("viewer", "GET", path)).Json["progress"]!["inFlight"]!.GetValue<int>() == 1, "the feeder starts the asset");
        (await SendAsync("viewer", "GET", $"{path}/items?outcome=in_flight")).Json["items"]![0]!["assetId"]!.ToString().ShouldBe(ready.Id.ToString());

        await api.ChangeAsync(ready.Id, asset => asset.MarkReady(Some.Ready(asset), TimeProvider.System.GetUtcNow()));
        await Eventually.True(async () => (await SendAsync("viewer", "GET", path)).Text("state") == "completed", "the run ends");
        (await SendAsync("operator", "POST", $"{path}/cancel")).Code.ShouldBe("run_state");
        (await SendAsync("viewer", "GET", "/api/admin/runs")).Json["items"]!.AsArray().Count.ShouldBe(1, "the refused one leaves no run");
        var results = (await SendAsync("viewer", "GET", "/api/admin/audit")).Json["items"]!.AsArray().Select(line => $"{line!["verb"]} {line["result"]}");
        results.ShouldContain("run.apply plan_used");
        results.ShouldContain("run.pause run_state");
    }

    [Fact]
    public async Task A_plan_over_a_hundred_thousand_ids_is_stored_and_shows_their_number()
    {
        var ready = await api.AddReadyAsync("ada", _tenant);
        string[] ids = [ready.Id.ToString().ToUpperInvariant(), ready.Id.ToString(), .. Enumerable.Range(1, 99_999).Select(_ => Guid.CreateVersion7().ToString())];

        var planned = await SendAsync("operator", "POST", "/api/admin/runs", new { kind = "reprocess", filter = new { ids } });

        planned.Status.ShouldBe(201);
        (planned.Json["plan"]!["assets"]!.GetValue<int>(), planned.Json["plan"]!["skipped"]!["not_found"]!.GetValue<int>()).ShouldBe((1, 99_999));
        var filter = (await SendAsync("viewer", "GET", $"/api/admin/runs/{planned.Text("id")}")).Json["filter"]!;
        (filter["idCount"]!.GetValue<int>(), filter["ids"]).ShouldBe((100_000, null));
        (await SendAsync("operator", "POST", $"/api/admin/runs/{planned.Text("id")}/apply")).Status.ShouldBe(202);
        await Eventually.True(async () => (await SendAsync("viewer", "GET", $"/api/admin/runs/{planned.Text("id")}")).Json["progress"]!["inFlight"]!.GetValue<int>() == 1, "the feeder starts the asset");
        (await SendAsync("operator", "POST", $"/api/admin/runs/{planned.Text("id")}/cancel")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task More_ids_than_a_plan_takes_are_refused_also_by_the_size_of_the_body()
    {
        var many = Enumerable.Range(0, 200_001).Select(_ => Guid.NewGuid()).ToArray();
        var answer = await SendAsync("operator", "POST", "/api/admin/runs", new { kind = "reprocess", filter = new { ids = many } });
        (answer.Status, answer.Errors.Keys.Single()).ShouldBe((400, "filter.ids"));
        (await SendAsync("operator", "POST", "/api/admin/runs", new { kind = "reprocess", filter = new { ids = many.Concat(many).ToArray() } })).Code.ShouldBe("body_too_large");
        (await SendAsync("operator", "POST", "/api/assets/keep", new { ids = many })).Code.ShouldBe("body_too_large", "other routes take what they took");
    }

    [Fact]
    public async Task A_dry_run_stores_nothing_and_changes_nothing()
    {
        var ready = await api.AddReadyAsync("ada", _tenant);
        var answer = await SendAsync("operator", "POST", "/api/reprocess-runs", new { filter = new { status = "ready" }, dryRun = true });

        (answer.Status, answer.Json["plan"]!["assets"]!.GetValue<int>(), answer.Json["plan"]!["variantsToRender"]!.GetValue<int>()).ShouldBe((200, 1, 2));
        (await SendAsync("viewer", "GET", "/api/admin/runs")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await api.ChangeAsync(ready.Id, asset => asset.TidyFrom(TimeProvider.System.GetUtcNow()))).Revision.ShouldBe(1);
    }

    [Fact]
    public async Task Failures_are_listed_by_code_and_a_discard_needs_an_admin()
    {
        var now = TimeProvider.System.GetUtcNow();
        var failed = await api.AddAsync(
            Some.Upload(now, tenant: _tenant), a => a.Confirm(Some.ETag, null, now),
            a => a.AttemptFailed(Some.Failed(a), new Pipeline.Assets.Dispatch.RetryPolicy(new Pipeline.Assets.Dispatch.DispatchOptions { MaxAttempts = 1 }, () => 0), now));
        var groups = (await SendAsync("viewer", "GET", "/api/admin/failed")).Json["items"]!.AsArray();
        (groups.Single()!["code"]!.ToString(), groups[0]!["count"]!.GetValue<int>(), groups[0]!["exampleId"]!.ToString()).ShouldBe(("scanner_unavailable", 1, failed.Id.ToString()));

        var planned = await SendAsync("operator", "POST", "/api/admin/runs", new { kind = "discard", filter = new { code = "scanner_unavailable" }, reason = "old" });
        var refused = await SendAsync("operator", "POST", $"/api/admin/runs/{planned.Text("id")}/apply");
        (refused.Status, refused.Text("role")).ShouldBe((403, "admin"));
        (await SendAsync("admin", "POST", $"/api/admin/runs/{planned.Text("id")}/apply")).Status.ShouldBe(202);
        await Eventually.True(async () => (await SendAsync("viewer", "GET", "/api/admin/failed")).Json["items"]!.AsArray().Count == 0, "the asset is deleted");
    }

    private string Token(string? role) => AppToken.For("olga", ApiHost.Secret, role, _tenant);

    private Task<HttpAnswer> SendAsync(string? role, string method, string path, object? body = null) =>
        api.SendAsync(Token(role), method, path, body is null ? null : JsonContent.Create(body));
}
