using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

/// <summary>Two users with one id in two tenants: neither reaches a row of the other, by any route.</summary>
[Collection(ApiHostTests.Name)]
public sealed class TenantTests(ApiHost api)
{
    private const string User = "ada";

    /// <summary>What each operation of the API answers to the namesake about an asset of the other tenant.</summary>
    private static readonly IReadOnlyDictionary<string, Func<TenantTests, JsonNode, Task>> Operations = new Dictionary<string, Func<TenantTests, JsonNode, Task>>(StringComparer.Ordinal)
    {
        ["presignUpload"] = (test, _) => test.OwnUploadsStayApartAsync(),
        ["confirmUpload"] = async (test, asset) =>
        {
            (await test.SendAsync("POST", "/api/upload/confirm", new { id = asset["id"]!.ToString() })).Status.ShouldBe(404);
            (await test.SendAsync("POST", "/api/upload/confirm", new { key = asset["key"]!.ToString() })).Status.ShouldBe(404);
        },
        ["getLimits"] = (test, _) => test.OwnUsageStaysApartAsync(),
        ["presignBatch"] = (test, _) => test.OwnBatchesStayApartAsync(),
        ["signUploadAgain"] = (test, asset) => test.IsNotFoundAsync("POST", asset, "/url", new { }, "/api/upload"),
        ["beginMultipart"] = async (test, asset) =>
        {
            await test.OwnUploadsStayApartAsync();
            (await test.SendAsync("POST", "/api/upload/multipart", new { id = asset["id"]!.ToString() })).Status.ShouldBe(404);
        },
        ["getMultipart"] = (test, asset) => test.IsNotFoundAsync("GET", asset, "", root: "/api/upload/multipart"),
        ["signParts"] = (test, asset) => test.IsNotFoundAsync("POST", asset, "/parts", new { parts = new[] { 1 } }, "/api/upload/multipart"),
        ["completeMultipart"] = (test, asset) => test.IsNotFoundAsync("POST", asset, "/complete", new { }, "/api/upload/multipart"),
        ["abortMultipart"] = (test, asset) => test.IsNotFoundAsync("DELETE", asset, "", root: "/api/upload/multipart"),
        ["signRequest"] = async (test, asset) =>
        {
            foreach (var method in (string[])["POST", "GET", "DELETE"])
                (await test.SendAsync("POST", "/api/upload/sign", new { method, key = asset["key"]!.ToString(), uploadId = asset["id"]!.ToString() })).Status.ShouldBe(404, method);
            (await test.SendAsync("POST", "/api/upload/sign", new { method = "PUT", key = asset["key"]!.ToString(), uploadId = asset["id"]!.ToString(), partNumber = 1 })).Status.ShouldBe(404);
            (await test.SendAsync("POST", "/api/upload/sign", new { method = "DELETE", key = asset["key"]!.ToString() })).Status.ShouldBe(404);
        },
        ["confirmBatch"] = async (test, asset) =>
            (await test.SendAsync("POST", "/api/upload/confirm-batch", new { ids = new[] { asset["id"]!.ToString() } })).Json["results"]![0]!["error"]!["code"]!.ToString().ShouldBe("not_found"),
        ["keepAssets"] = async (test, asset) =>
            (await test.SendAsync("POST", "/api/assets/keep", new { ids = new[] { asset["id"]!.ToString() } })).Json["results"]![0]!["error"]!["code"]!.ToString().ShouldBe("not_found"),
        ["getBatch"] = (test, _) => test.OwnBatchesStayApartAsync(),
        ["closeBatch"] = (test, _) => test.OwnBatchesStayApartAsync(),
        ["listAssets"] = async (test, asset) =>
        {
            foreach (var filter in (string[])["", "?status=ready", "?status=pending", "?stale=false", $"?ids={asset["id"]}"])
                (await test.SendAsync("GET", $"/api/assets{filter}")).Body.ShouldNotContain(asset["id"]!.ToString());
        },
        ["getAsset"] = (test, asset) => test.IsNotFoundAsync("GET", asset, ""),
        ["getTimeline"] = (test, asset) => test.IsNotFoundAsync("GET", asset, "/timeline"),
        ["getSimilar"] = (test, asset) => test.IsNotFoundAsync("GET", asset, "/similar"),
        ["setFocalPoint"] = (test, asset) => test.IsNotFoundAsync("PUT", asset, "/focal-point", new { x = 0.5, y = 0.5 }),
        ["unsetFocalPoint"] = (test, asset) => test.IsNotFoundAsync("DELETE", asset, "/focal-point"),
        ["reprocessAsset"] = (test, asset) => test.IsNotFoundAsync("POST", asset, "/reprocess"),
        ["streamAsset"] = (test, asset) => test.IsNotFoundAsync("GET", asset, "/events"),
        ["streamBatch"] = async (test, asset) => (await test.SendAsync("GET", $"/api/batches/{asset["batchId"]}/events")).Status.ShouldBe(404),
        ["streamEvents"] = (test, asset) => test.StreamsStayApartAsync(asset),
        ["listEvents"] = async (test, asset) => (await test.SendAsync("GET", "/api/events")).Body.ShouldNotContain(asset["id"]!.ToString()),
        ["createTicket"] = async (test, asset) =>
            (await test.SendAsync("POST", "/api/events/tickets", new { stream = $"/api/assets/{asset["id"]}/events" })).Status.ShouldBe(404),
        ["changeAsset"] = (test, asset) => test.IsNotFoundAsync("PATCH", asset, "", new { visibility = "private" }),
        ["getDownloadUrl"] = (test, asset) => test.IsNotFoundAsync("GET", asset, "/download-url"),
        ["getDownloadUrlByKey"] = async (test, asset) =>
        {
            foreach (var key in (JsonNode[])[asset["key"]!, asset["variants"]![0]!["key"]!])
                (await test.SendAsync("GET", $"/api/assets/download-url?key={key}")).Status.ShouldBe(404);
        },
        ["deleteAsset"] = (test, asset) => test.IsNotFoundAsync("DELETE", asset, ""),
        ["listWebhooks"] = async (test, _) => (await test.SendAsync("GET", "/api/webhooks")).Body.ShouldNotContain(await test.WebhookAsync()),
        ["createWebhook"] = async (test, _) => (await test.SendAsync("POST", "/api/webhooks", new { url = "http://127.0.0.1:9/" })).Status.ShouldBe(201),
        ["getWebhook"] = (test, _) => test.IsNoWebhookAsync("GET", ""),
        ["changeWebhook"] = (test, _) => test.IsNoWebhookAsync("PATCH", "", new { enabled = false }),
        ["deleteWebhook"] = (test, _) => test.IsNoWebhookAsync("DELETE", ""),
        ["rotateWebhook"] = (test, _) => test.IsNoWebhookAsync("POST", "/rotate"),
        ["testWebhook"] = (test, _) => test.IsNoWebhookAsync("POST", "/test", new { type = "asset.ready" }),
        ["listDeliveries"] = (test, _) => test.IsNoWebhookAsync("GET", "/deliveries"),
        ["getDelivery"] = async (test, _) => await test.IsNoWebhookAsync("GET", $"/deliveries/{await test.DeliveryAsync()}"),
        ["replayDelivery"] = async (test, _) => await test.IsNoWebhookAsync("POST", $"/deliveries/{await test.DeliveryAsync()}/replay"),
        ["replayDeliveries"] = (test, _) => test.IsNoWebhookAsync("POST", "/replay", new { }),
        ["listRuns"] = async (test, _) =>
        {
            var run = await test.RunAsync();
            (await test.AsAdminAsync("acme", "GET", "/api/admin/runs")).Body.ShouldNotContain(run);
        },
        ["planRun"] = async (test, asset) =>
            (await test.AsAdminAsync("acme", "POST", "/api/admin/runs", new { kind = "reprocess", filter = new { ids = new[] { asset["id"]!.ToString() } } })).Json["plan"]!["assets"]!.GetValue<int>().ShouldBe(0),
        ["reprocessRun"] = async (test, asset) =>
            (await test.AsAdminAsync("acme", "POST", "/api/reprocess-runs", new { dryRun = true, filter = new { ids = new[] { asset["id"]!.ToString() } } })).Json["plan"]!["assets"]!.GetValue<int>().ShouldBe(0),
        ["listFailed"] = async (test, _) => (await test.AsAdminAsync("acme", "GET", "/api/admin/failed")).Json["items"]!.AsArray().ShouldBeEmpty(),
        ["getRun"] = (test, _) => test.IsNoRunAsync("GET", "/api/admin/runs", ""),
        ["changeRun"] = (test, _) => test.IsNoRunAsync("PATCH", "/api/admin/runs", "", new { pace = new { rate = 1 } }),
        ["listRunItems"] = (test, _) => test.IsNoRunAsync("GET", "/api/admin/runs", "/items"),
        ["applyRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/admin/runs", "/apply"),
        ["listRunFindings"] = (test, _) => test.IsNoRunAsync("GET", "/api/admin/runs", "/findings"),
        ["sendListing"] = (test, _) => test.IsNoRunAsync(
            "POST", "/api/admin/runs", "/listing", new { from = 0, objects = new[] { new { bucket = "b", key = "assets/a", size = 1, modifiedAt = "2026-01-01T00:00:00Z", eTag = "e" } } }),
        ["deleteOrphans"] = (test, _) => test.IsNoRunAsync("POST", "/api/admin/runs", "/delete-orphans", new { reason = "a test" }),
        ["rollBackRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/admin/runs", "/rollback"),
        ["pauseRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/admin/runs", "/pause"),
        ["resumeRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/admin/runs", "/resume"),
        ["cancelRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/admin/runs", "/cancel"),
        ["getReprocessRun"] = (test, _) => test.IsNoRunAsync("GET", "/api/reprocess-runs", ""),
        ["pauseReprocessRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/reprocess-runs", "/pause"),
        ["resumeReprocessRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/reprocess-runs", "/resume"),
        ["cancelReprocessRun"] = (test, _) => test.IsNoRunAsync("POST", "/api/reprocess-runs", "/cancel"),
        // They show the installation as a whole: counts, jobs and checks, and no row of any tenant.
        ["getOverview"] = (test, asset) => test.HidesAsync("GET", "/api/admin/overview", asset),
        ["streamOverview"] = (test, asset) => test.OverviewStreamsStayApartAsync(asset),
        ["listTenantAssets"] = async (test, asset) =>
        {
            foreach (var filter in (string[])["", "?status=ready", "?failed=true", "?ownerId=ada", "?code=internal"]) await test.HidesAsync("GET", $"/api/admin/assets{filter}", asset);
        },
        ["getTenantAsset"] = async (test, asset) => (await test.AsAdminAsync("acme", "GET", $"/api/admin/assets/{asset["id"]}")).Status.ShouldBe(404),
        ["getTenantTimeline"] = async (test, asset) => (await test.AsAdminAsync("acme", "GET", $"/api/admin/assets/{asset["id"]}/timeline")).Status.ShouldBe(404),
        ["listAreas"] = (test, asset) => test.HidesAsync("GET", "/api/admin/areas", asset),
        ["switchArea"] = (test, asset) => test.HidesAsync("POST", "/api/admin/areas/public/switch", asset),
        ["listJobs"] = (test, asset) => test.HidesAsync("GET", "/api/admin/jobs", asset),
        ["runJob"] = (test, asset) => test.HidesAsync("POST", "/api/admin/jobs/IncomingSweep/run", asset),
        ["pauseJob"] = (test, asset) => test.HidesAsync("POST", "/api/admin/jobs/NoJob/pause", asset),
        ["resumeJob"] = (test, asset) => test.HidesAsync("POST", "/api/admin/jobs/NoJob/resume", asset),
        ["runDoctor"] = (test, asset) => test.HidesAsync("POST", "/api/admin/doctor", asset),
        ["getCosts"] = (test, asset) => test.HidesAsync("GET", "/api/admin/costs", asset),
        ["listQueues"] = (test, asset) => test.HidesAsync("GET", "/api/admin/queues", asset),
        ["returnLetters"] = (test, asset) => test.HidesAsync("POST", "/api/admin/queues/none_error/return", asset),
        ["listAudit"] = async (test, _) =>
        {
            (await test.AsAdminAsync("default", "GET", "/api/admin/audit")).Status.ShouldBe(200);
            (await test.AsAdminAsync("acme", "GET", "/api/admin/audit")).Body.ShouldNotContain(await test.RunAsync());
        },
    };

    // They serve no rows, or published images, which are public, or take a secret of the server in place of a token.
    private static readonly string[] Public = ["getImage", "getPicture", "storeEvents", "isLive", "isReady"];

    [Fact]
    public async Task No_route_reaches_a_row_of_another_tenant()
    {
        var ready = await api.AddReadyAsync(User);
        var asset = (await api.GetAsync($"/api/assets/{ready.Id}", User)).Json;
        asset["key"] = ready.IncomingKey;
        asset["batchId"] = (await api.AddBatchAsync(User, 1)).Id.ToString();

        foreach (var operation in await OperationIdsAsync())
        {
            if (Public.Contains(operation, StringComparer.Ordinal)) continue;
            Operations.Keys.ShouldContain(operation, "a new route: say what it answers to another tenant");
            await Operations[operation](this, asset);
        }

        (await api.GetAsync($"/api/assets/{ready.Id}", User)).Json["status"]!.ToString().ShouldBe("ready", "the owner still has it");
    }

    [Fact]
    public async Task A_token_that_names_no_tenant_is_of_the_default_one()
    {
        var ready = await api.AddReadyAsync(User);

        (await api.SendAsync(AppToken.For(User, ApiHost.Secret, tenant: "default"), "GET", $"/api/assets/{ready.Id}", body: null)).Status.ShouldBe(200);
    }

    private async Task OwnUploadsStayApartAsync()
    {
        var mine = await SendAsync("POST", "/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3 });
        mine.Status.ShouldBe(200);
        (await SendAsync("GET", $"/api/assets/{mine.Text("id")}")).Status.ShouldBe(200);
        (await api.GetAsync($"/api/assets/{mine.Text("id")}", User)).Status.ShouldBe(404);
    }

    private async Task OwnUsageStaysApartAsync()
    {
        var theirs = (await api.GetAsync("/api/limits", User)).Json;
        (await SendAsync("POST", "/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3 })).Status.ShouldBe(200);

        (await SendAsync("GET", "/api/limits")).Text("tenantId").ShouldBe("acme");
        (await api.GetAsync("/api/limits", User)).Json["quotas"]!.ToJsonString().ShouldBe(theirs["quotas"]!.ToJsonString());
    }

    private async Task StreamsStayApartAsync(JsonNode asset)
    {
        using var stream = await api.StreamAsync("/api/events/stream", user: null, token: AppToken.For(User, ApiHost.Secret, tenant: "acme"));
        await api.ChangeAsync(Guid.Parse(asset["id"]!.ToString()), a => a.Reprocess(TimeProvider.System.GetUtcNow()));
        var mine = (await api.AddReadyAsync(User, "acme")).Id;

        // The first message sets the last id and has no data.
        var states = (await stream.UntilAsync(m => m.Status == "ready")).Where(m => m.Data is not null).ToList();
        states.ShouldNotBeEmpty();
        states.ShouldAllBe(m => m.Data!["data"]!["id"]!.ToString() == mine.ToString());
    }

    private async Task OverviewStreamsStayApartAsync(JsonNode asset)
    {
        using var stream = await api.StreamAsync("/api/admin/overview/stream", user: null, token: AppToken.For(User, ApiHost.Secret, role: "admin", tenant: "acme"));
        var first = (await stream.NextAsync()).ShouldNotBeNull();
        first.Event.ShouldBe("overview");
        first.Data!.ToJsonString().ShouldNotContain(asset["id"]!.ToString());
    }

    private async Task OwnBatchesStayApartAsync()
    {
        var mine = await SendAsync("POST", "/api/upload/presigned-urls", new { files = new[] { new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3 } } });
        mine.Status.ShouldBe(200);
        var batch = mine.Text("batchId");
        (await api.GetAsync($"/api/batches/{batch}", User)).Status.ShouldBe(404);
        (await api.PostAsync($"/api/batches/{batch}/close", new { }, User)).Status.ShouldBe(404);
        (await api.GetAsync($"/api/assets?batchId={batch}", User)).Json["items"]!.AsArray().ShouldBeEmpty();
        (await SendAsync("GET", $"/api/batches/{batch}")).Json["byStatus"]!["pending"]!.GetValue<int>().ShouldBe(1);
    }

    private async Task IsNotFoundAsync(string method, JsonNode asset, string path, object? body = null, string root = "/api/assets") =>
        (await SendAsync(method, $"{root}/{asset["id"]}{path}", body)).Status.ShouldBe(404, $"{method} {path}");

    // The other tenant's webhook. It is made once, and its deliveries wait because nobody listens on its port.
    private async Task<string> WebhookAsync()
    {
        var first = (await api.GetAsync("/api/webhooks", User)).Json["items"]!.AsArray().FirstOrDefault()?["id"];
        return (first ?? (await api.PostAsync("/api/webhooks", new { url = "http://127.0.0.1:9/" }, User)).Json["id"])!.ToString();
    }

    private async Task<string> DeliveryAsync()
    {
        var webhook = await WebhookAsync();
        await api.AddReadyNowAsync(User);
        JsonNode? delivery = null;
        await Eventually.True(
            async () => (delivery = (await api.GetAsync($"/api/webhooks/{webhook}/deliveries", User)).Json["items"]!.AsArray().FirstOrDefault()) is not null, "it has a delivery");
        return delivery!["id"]!.ToString();
    }

    private async Task IsNoWebhookAsync(string method, string path, object? body = null) =>
        (await SendAsync(method, $"/api/webhooks/{await WebhookAsync()}{path}", body)).Status.ShouldBe(404, $"{method} {path}");

    private Task<HttpAnswer> SendAsync(string method, string path, object? body = null) =>
        api.SendAsync(AppToken.For(User, ApiHost.Secret, tenant: "acme"), method, path, body is null ? null : JsonContent.Create(body));

    private async Task<string> RunAsync() =>
        (await AsAdminAsync("default", "POST", "/api/admin/runs", new { kind = "reprocess", filter = new { ids = new[] { Guid.NewGuid() } } })).Text("id");

    private async Task IsNoRunAsync(string method, string root, string path, object? body = null) =>
        (await AsAdminAsync("acme", method, $"{root}/{await RunAsync()}{path}", body)).Status.ShouldBe(404, $"{method} {path}");

    private async Task HidesAsync(string method, string path, JsonNode asset) =>
        (await AsAdminAsync("acme", method, path, method == "POST" ? new { } : null)).Body.ShouldNotContain(asset["id"]!.ToString());

    private Task<HttpAnswer> AsAdminAsync(string tenant, string method, string path, object? body = null) =>
        api.SendAsync(AppToken.For(User, ApiHost.Secret, role: "admin", tenant: tenant), method, path, body is null ? null : JsonContent.Create(body));

    private async Task<IEnumerable<string>> OperationIdsAsync() => (await api.GetAsync("/openapi/v1.json", user: null)).Json["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject())
        .Select(operation => operation.Value!["operationId"]?.ToString())
        .OfType<string>();
}
