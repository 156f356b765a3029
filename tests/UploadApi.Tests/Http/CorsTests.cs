using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

[Collection(ApiHostTests.Name)]
public sealed class CorsTests(ApiHost api)
{
    private const string Allow = "Access-Control-Allow-Origin";

    /// <summary>An <c>img</c> sends no Origin, and the browser later returns its cached response to a fetch.</summary>
    [Theory]
    [InlineData("GET", null)]
    [InlineData("HEAD", null)]
    [InlineData("GET", ApiHost.Frontend)]
    [InlineData("GET", "https://stranger.example")]
    [InlineData("GET", "null")]
    public async Task What_is_public_is_open_to_every_page_whether_or_not_it_says_where_it_is(string method, string? origin)
    {
        var asset = await api.AddReadyAsync();
        var key = asset.Publication!.Variants[0].Key;
        foreach (var path in new[] { $"/api/assets/{asset.Id}/image", $"/api/assets/{Guid.Empty}/image", $"/api/assets/{asset.Id}/image?w=x", $"/storage/public/{key}" })
        {
            var answer = await SendAsync(method, path, origin);

            answer.Headers[Allow].ShouldBe("*", path);
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(ApiHost.Frontend, ApiHost.Frontend)]
    [InlineData(ApiHost.OtherFrontend, ApiHost.OtherFrontend)]
    [InlineData("https://stranger.example", null)]
    public async Task All_else_is_for_the_front_ends_and_caches_are_told_that_it_differs(string? origin, string? allowed)
    {
        foreach (var path in new[] { "/api/assets", "/openapi/v1.json", "/health/live", "/storage/uploads/x", "/nothing" })
        {
            var answer = await SendAsync("GET", path, origin);

            answer.Headers.GetValueOrDefault(Allow).ShouldBe(allowed, path);
            answer.Headers.GetValueOrDefault("Vary", "").ShouldContain("Origin", Case.Insensitive, path);
        }
    }

    [Fact]
    public async Task A_browser_may_ask_before_a_put_and_before_a_head()
    {
        foreach (var method in new[] { "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE" })
        {
            var answer = await SendAsync("OPTIONS", "/api/assets", ApiHost.OtherFrontend, ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "authorization,content-type"));

            (answer.Status, answer.Headers[Allow]).ShouldBe((204, ApiHost.OtherFrontend), method);
        }
    }

    [Fact]
    public async Task A_blocked_origin_leaves_one_line_that_says_what_to_do()
    {
        const string origin = "https://blocked.example:8443";
        foreach (var method in new[] { "OPTIONS", "GET" }) await SendAsync(method, "/api/assets", origin, ("Access-Control-Request-Method", "GET"));

        api.Log.Where(line => line.Contains(origin, StringComparison.Ordinal))
            .ShouldHaveSingleItem().ShouldBe($"Warning: A page of {origin} was refused: browsers may call from {ApiHost.Frontend}, {ApiHost.OtherFrontend}. Add the origin to FRONTEND_URL if it is yours");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("foo://hidden b")]
    [InlineData("foo://hidden\u001b[2J")]
    [InlineData("foo://hidden\u0085Warning: all is lost")]
    [InlineData("foo://hidden\u2028Warning: all is lost")]
    [InlineData("https://hidden.ä.example")]
    [InlineData("https://hidden:password@stranger.example/path")]
    public async Task What_is_no_origin_is_not_shown_in_the_log(string origin)
    {
        (await SendAsync("GET", "/api/assets", origin)).Status.ShouldBe(200);

        api.Log.ShouldContain(line => line.Contains("A page of (not a web origin) was refused", StringComparison.Ordinal));
        api.Log.ShouldNotContain(line => line.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_of_the_server_itself_and_a_front_end_are_not_called_blocked()
    {
        foreach (var origin in new[] { "http://localhost:4000", api.Address.GetLeftPart(UriPartial.Authority), ApiHost.Frontend, ApiHost.OtherFrontend }) await SendAsync("GET", "/api/assets", origin);

        api.Log.ShouldNotContain(line => line.Contains("A page of http://localhost:4000", StringComparison.Ordinal) || line.Contains($"A page of {api.Address.GetLeftPart(UriPartial.Authority)}", StringComparison.Ordinal)
            || line.Contains($"A page of {ApiHost.Frontend}", StringComparison.Ordinal) || line.Contains($"A page of {ApiHost.OtherFrontend}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Head_works_wherever_get_does()
    {
        var asset = await api.AddReadyAsync();
        foreach (var path in new[]
        {
            "/api/assets", $"/api/assets/{asset.Id}", $"/api/assets/{asset.Id}/timeline", $"/api/assets/{asset.Id}/similar", $"/api/assets/{asset.Id}/image",
            "/openapi/v1.json", "/health/live", $"/storage/public/{asset.Publication!.Variants[0].Key}", "/api/assets/none", "/nothing",
        })
        {
            var (get, head) = (await api.GetAsync(path), await api.SendAsync("HEAD", path));

            (head.Status, head.Body, head.Headers.GetValueOrDefault("Content-Type")).ShouldBe((get.Status, "", get.Headers.GetValueOrDefault("Content-Type")), path);
        }
    }

    private Task<HttpAnswer> SendAsync(string method, string path, string? origin, params (string, string)[] headers) =>
        api.SendAsync(method, path, headers: origin is null ? headers : [("Origin", origin), .. headers]);
}
