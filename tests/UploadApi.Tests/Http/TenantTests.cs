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
        ["deleteAsset"] = (test, asset) => test.IsNotFoundAsync("DELETE", asset, ""),
    };

    // They serve no rows, or published images, which are public.
    private static readonly string[] Public = ["getImage", "isLive", "isReady"];

    [Fact]
    public async Task No_route_reaches_a_row_of_another_tenant()
    {
        var ready = await api.AddReadyAsync(User);
        var asset = (await api.GetAsync($"/api/assets/{ready.Id}", User)).Json;
        asset["key"] = ready.IncomingKey;

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

    private async Task IsNotFoundAsync(string method, JsonNode asset, string path, object? body = null) =>
        (await SendAsync(method, $"/api/assets/{asset["id"]}{path}", body)).Status.ShouldBe(404, $"{method} {path}");

    private Task<HttpAnswer> SendAsync(string method, string path, object? body = null) =>
        api.SendAsync(AppToken.For(User, ApiHost.Secret, tenant: "acme"), method, path, body is null ? null : JsonContent.Create(body));

    private async Task<IEnumerable<string>> OperationIdsAsync() => (await api.GetAsync("/openapi/v1.json", user: null)).Json["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject())
        .Select(operation => operation.Value!["operationId"]?.ToString())
        .OfType<string>();
}
