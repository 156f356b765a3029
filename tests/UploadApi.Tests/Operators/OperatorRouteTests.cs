using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Assets.Dispatch;
using Pipeline.Bus.Inspection;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Operators;

[Collection(ApiHostTests.Name)]
public sealed class OperatorRouteTests(ApiHost api)
{
    [Theory]
    [InlineData("GET", "/api/admin/jobs", "viewer")]
    [InlineData("POST", "/api/admin/jobs/EventFeed/run", "operator")]
    [InlineData("POST", "/api/admin/jobs/EventFeed/pause", "operator")]
    [InlineData("POST", "/api/admin/jobs/EventFeed/resume", "operator")]
    [InlineData("POST", "/api/admin/doctor", "operator")]
    [InlineData("GET", "/api/admin/costs", "viewer")]
    [InlineData("GET", "/api/admin/queues", "viewer")]
    [InlineData("GET", "/api/admin/overview", "viewer")]
    [InlineData("GET", "/api/admin/overview/stream", "viewer")]
    [InlineData("GET", "/api/admin/assets", "viewer")]
    [InlineData("GET", "/api/admin/assets/0191e9a0-0000-7000-8000-000000000001", "viewer")]
    [InlineData("GET", "/api/admin/assets/0191e9a0-0000-7000-8000-000000000001/timeline", "viewer")]
    [InlineData("POST", "/api/admin/queues/upload-api-outcomes_error/return", "operator")]
    public async Task Each_route_needs_its_role(string method, string path, string role)
    {
        foreach (var lower in (string?[])[null, "editor", .. role == "operator" ? (string[])["viewer"] : []])
        {
            var refused = await SendAsync(method, path, lower);
            (refused.Status, refused.Code, refused.Text("role")).ShouldBe((403, "forbidden", role), lower ?? "no role");
        }

        (await SendAsync(method, path, user: null)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_job_is_paused_and_resumed_by_name_and_the_audit_says_by_whom()
    {
        var paused = await SendAsync("POST", "/api/admin/jobs/cachepurgesweep/pause", "operator", new { reason = "the zone moves" });
        (paused.Status, paused.Text("state"), paused.Text("pausedBy")).ShouldBe((202, "paused", "root"));
        (await JobAsync("CachePurgeSweep"))["nextAt"].ShouldBeNull();
        var run = await SendAsync("POST", "/api/admin/jobs/CachePurgeSweep/run", "operator");
        (run.Status, run.Code).ShouldBe((409, "job_paused"));

        (await SendAsync("POST", "/api/admin/jobs/CachePurgeSweep/resume", "operator")).Status.ShouldBe(202);
        (await JobAsync("CachePurgeSweep"))["pausedAt"].ShouldBeNull();
        (await SendAsync("POST", "/api/admin/jobs/CachePurgeSweep/run", "operator")).Status.ShouldBe(202);

        var lines = (await SendAsync("GET", "/api/admin/audit", "viewer")).Json["items"]!.AsArray().Where(line => line!["target"]?.ToString().Equals("CachePurgeSweep", StringComparison.OrdinalIgnoreCase) == true).ToList();
        lines.Select(line => (line!["verb"]!.ToString(), line["result"]!.ToString())).ShouldBe([("job.run", "ok"), ("job.resume", "ok"), ("job.run", "job_paused"), ("job.pause", "ok")]);
        lines[^1]!["reason"]!.ToString().ShouldBe("the zone moves");
    }

    [Theory]
    [InlineData("job.pause", "/api/admin/jobs/EventFeed/pause")]
    [InlineData("job.resume", "/api/admin/jobs/EventFeed/resume")]
    [InlineData("job.run", "/api/admin/jobs/EventFeed/run")]
    [InlineData("queue.return", $"/api/admin/queues/{FakeQueues.Errors}/return")]
    public async Task What_works_for_all_tenants_is_for_operators_of_the_default_one(string verb, string path)
    {
        await api.AddReadyAsync("mal", "other");
        await api.AddReadyAsync("ada");
        var token = AppToken.For("mal", ApiHost.Secret, "operator", tenant: "other");

        var refused = await api.SendAsync(token, "POST", path, JsonContent.Create(new { }));

        (refused.Status, refused.Code).ShouldBe((403, "forbidden"));
        refused.Text("detail")!.ShouldContain("operators of the tenant 'default'");
        (await SendAsync("GET", "/api/admin/jobs", "viewer")).Json["items"]!.AsArray().ShouldAllBe(job => job!["name"]!.ToString() != "EventFeed" || job["pausedAt"] == null);
        var lines = (await api.SendAsync(token, "GET", "/api/admin/audit", body: null)).Json["items"]!.AsArray();
        lines.Select(line => $"{line!["verb"]} {line["result"]}").ShouldContain($"{verb} forbidden");
    }

    [Fact]
    public async Task Another_tenant_does_not_see_who_paused_a_job()
    {
        await api.AddReadyAsync("ada");
        await SendAsync("POST", "/api/admin/jobs/EventFeed/pause", "operator");
        var jobs = (await api.SendAsync(AppToken.For("mal", ApiHost.Secret, "viewer", tenant: "other"), "GET", "/api/admin/jobs", body: null)).Json["items"]!.AsArray();
        var job = jobs.Single(one => one!["name"]!.ToString() == "EventFeed")!;
        (job["state"]!.ToString(), job["pausedBy"]).ShouldBe(("paused", null));
        (await JobAsync("EventFeed"))["pausedBy"]!.ToString().ShouldBe("root");
        await SendAsync("POST", "/api/admin/jobs/EventFeed/resume", "operator");
    }

    [Fact]
    public async Task A_timed_job_shows_its_last_run()
    {
        JsonNode? job = null;
        await Eventually.True(async () => (job = await JobAsync(nameof(Dispatcher)))["lastEndedAt"] is not null, "the dispatcher runs at the start");
        (job!["kind"]!.ToString(), job["lastResult"]!.ToString()).ShouldBe(("timed", "ok"));
        job["instance"]!.ToString().ShouldContain(Environment.MachineName);
    }

    [Theory]
    [InlineData("NoJob")]
    [InlineData("..%2f..")]
    public async Task An_unknown_job_is_refused_with_the_known_ones(string name)
    {
        var answer = await SendAsync("POST", $"/api/admin/jobs/{name}/run", "operator");
        answer.Status.ShouldBe(404);
        if (name == "NoJob") answer.Json["jobs"]!.AsArray().Select(job => job!.ToString()).ShouldContain("Dispatcher");
    }

    [Fact]
    public async Task A_reason_is_limited()
    {
        foreach (var reason in (string[])[new string('x', 501), "a\u0000b", "a\nb"])
            (await SendAsync("POST", "/api/admin/jobs/EventFeed/run", "operator", new { reason })).Errors.Keys.ShouldBe(["reason"]);
    }

    [Fact]
    public async Task The_doctor_reports_each_check_with_a_fix_where_one_is_needed_and_no_secret()
    {
        var answer = await SendAsync("POST", "/api/admin/doctor", "operator");

        answer.Status.ShouldBe(200);
        var findings = answer.Json["findings"]!.AsArray().ToDictionary(f => f!["check"]!.ToString(), f => f!, StringComparer.Ordinal);
        foreach (var check in (string[])["database", "database migrations", "area incoming", "area originals", "area public", "area private", "area quarantine", "disk objects", "disk temporary files"])
            findings.Keys.ShouldContain(check);
        (findings["database migrations"]["status"]!.ToString(), findings["area originals"]["status"]!.ToString()).ShouldBe(("ok", "ok"));
        foreach (var finding in findings.Values.Where(f => f["status"]!.ToString() is "warn" or "fail")) finding["fix"]!.ToString().ShouldNotBeEmpty();
        answer.Json["browser"]!["origins"]!.AsArray().Select(o => o!.ToString()).ShouldBe([ApiHost.Frontend, ApiHost.OtherFrontend]);
        answer.Json["browser"]!["uploadUrl"]!.ToString().ShouldNotContain("?");
    }

    [Fact]
    public async Task Costs_count_requests_by_area_and_cause()
    {
        await SendAsync("POST", "/api/admin/doctor", "operator");
        var report = (await SendAsync("GET", "/api/admin/costs?days=1", "viewer")).Json;

        report["requests"]!.AsArray().ShouldContain(row => row!["area"]!.ToString() == "originals" && row["cause"]!.ToString() == "check" && row["operation"]!.ToString() == "put" && row["class"]!.ToString() == "A");
        report["month"]!.AsArray().Select(cost => cost!["provider"]!.ToString()).ShouldBe(["s3", "r2"]);
        foreach (var days in (string[])["0", "401", "x"]) (await SendAsync("GET", $"/api/admin/costs?days={days}", "viewer")).Errors.Keys.ShouldBe(["days"]);
    }

    [Fact]
    public async Task A_dead_letter_goes_back_to_its_asset_and_what_is_outdated_or_no_letter_does_not()
    {
        var now = TimeProvider.System.GetUtcNow();
        var stuck = await api.AddAsync(Some.Upload(now, owner: "letters"), a => a.Confirm(Some.ETag, null, now), a => a.Dispatched(1, 1, now));
        var ready = await api.AddReadyAsync("letters");
        var queues = (FakeQueues)api.Service<IQueueInspector>();
        queues.Letters.AddRange([Letter(stuck.Id, 1), Letter(stuck.Id, 7), Letter(ready.Id, 1), Letter(Guid.NewGuid(), 1), "no json"u8.ToArray(), "[]"u8.ToArray(), "{\"message\":{\"assetId\":5}}"u8.ToArray()]);

        var answer = await SendAsync("POST", $"/api/admin/queues/{FakeQueues.Errors}/return", "operator", new { limit = 100, reason = "database is back" });

        (answer.Status, answer.Json["returned"]!.GetValue<int>(), answer.Json["outdated"]!.GetValue<int>(), answer.Json["unreadable"]!.GetValue<int>(), answer.Json["remaining"]!.GetValue<int>())
            .ShouldBe((200, 1, 3, 3, 3));
        (await TimelineAsync(stuck.Id, "letters")).ShouldContain("requeued");
        queues.Letters.Clear();
    }

    [Fact]
    public async Task Only_a_queue_of_dead_letters_can_be_returned()
    {
        foreach (var name in (string[])[QueueNames.Outcomes, "none", "..."])
            (await SendAsync("POST", $"/api/admin/queues/{name}/return", "operator")).Code.ShouldBe("unknown_queue");
        foreach (var limit in (int[])[0, 1001, -1])
            (await SendAsync("POST", $"/api/admin/queues/{FakeQueues.Errors}/return", "operator", new { limit })).Errors.Keys.ShouldBe(["limit"]);
    }

    [Fact]
    public async Task A_queue_that_the_broker_does_not_let_us_read_is_named()
    {
        var queues = (FakeQueues)api.Service<IQueueInspector>();
        queues.IsLocked = true;
        (await SendAsync("POST", $"/api/admin/queues/{FakeQueues.Errors}/return", "operator")).Code.ShouldBe("queue_not_readable");
        queues.IsLocked = false;
    }

    [Fact]
    public async Task The_queues_show_since_when_the_oldest_row_waits()
    {
        var queue = (await SendAsync("GET", "/api/admin/queues", "viewer")).Json["items"]!.AsArray().Single(q => q!["name"]!.ToString() == QueueNames.Uploads)!;
        (queue["depth"]!.GetValue<long>(), queue["consumers"]!.GetValue<long>()).ShouldBe((1, 2));
        queue["dueRows"].ShouldNotBeNull();
    }

    private static byte[] Letter(Guid id, int revision) => Encoding.UTF8.GetBytes(new JsonObject { ["message"] = new JsonObject { ["assetId"] = id.ToString(), ["revision"] = revision } }.ToJsonString());

    private async Task<IEnumerable<string>> TimelineAsync(Guid id, string user) =>
        (await api.GetAsync($"/api/assets/{id}/timeline", user)).Json["events"]!.AsArray().Select(e => e!["kind"]!.ToString());

    private async Task<JsonNode> JobAsync(string name) =>
        (await SendAsync("GET", "/api/admin/jobs", "viewer")).Json["items"]!.AsArray().Single(job => job!["name"]!.ToString() == name)!;

    private Task<HttpAnswer> SendAsync(string method, string path, string? role = null, object? body = null, string? user = "root") =>
        api.SendAsync(user is null ? null : AppToken.For(user, ApiHost.Secret, role), method, path, body is null ? (method == "POST" ? JsonContent.Create(new { }) : null) : JsonContent.Create(body));
}
