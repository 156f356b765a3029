using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>The routes of areas that move: roles and bad input, at a server without targets.</summary>
[Collection(ApiHostTests.Name)]
public sealed class AreaApiTests(ApiHost api)
{
    [Fact]
    public async Task A_server_without_targets_lists_areas_that_never_moved()
    {
        var items = (await SendAsync("viewer", "GET", "/api/admin/areas")).Json["items"]!.AsArray();
        items.Select(item => item!["area"]!.ToString()).ShouldBe(["originals", "public", "private", "quarantine"]);
        items.ShouldAllBe(item => item!.AsObject().Count == 1);
    }

    [Theory]
    [InlineData("GET", "/api/admin/areas", null, "viewer")]
    [InlineData("POST", "/api/admin/areas/public/switch", "operator", "admin")]
    public async Task A_route_names_the_role_that_is_missing(string method, string path, string? role, string missing)
    {
        var answer = await SendAsync(role, method, path, method == "GET" ? null : new { to = "r2", reason = "a test" });
        (answer.Status, answer.Code, answer.Text("role")).ShouldBe((403, "forbidden", missing));
    }

    [Theory]
    [InlineData("""{"kind":"migrate","area":"public","to":"r2"}""", "to", "this server has none")]
    [InlineData("""{"kind":"migrate","area":"public"}""", "to", "Storage:Targets")]
    [InlineData("""{"kind":"migrate","area":"incoming","to":"r2"}""", "area", "cannot be incoming")]
    [InlineData("""{"kind":"migrate","area":"Public","to":"r2"}""", "area", "originals, public, private, quarantine")]
    [InlineData("""{"kind":"migrate","to":"r2"}""", "area", "must be one of")]
    [InlineData("""{"kind":"migrate","area":"public","to":"r2","compare":true,"deleteExtra":true}""", "deleteExtra", "compare")]
    [InlineData("""{"kind":"reprocess","filter":{"all":true},"area":"public"}""", "area", "migrate")]
    [InlineData("""{"kind":"reconcile","deleteExtra":true}""", "deleteExtra", "migrate")]
    public async Task A_plan_with_a_wrong_field_names_it(string body, string field, string why)
    {
        var answer = await SendAsync("admin", "POST", "/api/admin/runs", JsonNode.Parse(body)!);
        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Json["errors"]![field]![0]!.ToString().ShouldContain(why);
    }

    [Theory]
    [InlineData("public", """{"to":"r2"}""", "reason")]
    [InlineData("public", """{"to":"r2","reason":"a\nb"}""", "reason")]
    [InlineData("public", """{"reason":"a test"}""", "to")]
    [InlineData("nowhere", """{"to":"r2","reason":"a test"}""", "area")]
    public async Task A_switch_with_a_wrong_field_names_it(string area, string body, string field)
    {
        var answer = await SendAsync("admin", "POST", $"/api/admin/areas/{area}/switch", JsonNode.Parse(body)!);
        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Json["errors"]!.AsObject().ContainsKey(field).ShouldBeTrue();
    }

    private Task<HttpAnswer> SendAsync(string? role, string method, string path, object? body = null) =>
        api.SendAsync(AppToken.For("ada", ApiHost.Secret, role: role, tenant: "default"), method, path, body is null ? null : JsonContent.Create(body));
}
