using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

[Collection(ApiHostTests.Name)]
public sealed class RequestIdTests(ApiHost api)
{
    [Theory]
    [InlineData("GET", "/api/assets", "ada", "GET /api/assets answered 200 in ")]
    [InlineData("GET", "/api/assets/secret-of-somebody", "ada", "GET /api/assets/{id} answered 400 in ")]
    [InlineData("GET", "/api/assets", null, "GET /api/assets answered 401 in ")]
    [InlineData("PATCH", "/api/assets", "ada", "PATCH (no route) answered 405 in ")]
    [InlineData("GET", "/secret-of-somebody", "ada", "GET (no route) answered 404 in ")]
    [InlineData("SECRET-OF-SOMEBODY", "/nothing", "ada", "(other method) (no route) answered 404 in ")]
    [InlineData("GET", "/storage/uploads/x?signature=secret-of-somebody", null, "GET /storage/{**key} answered 403 in ")]
    public async Task Every_answer_has_an_id_that_one_line_of_the_log_has_too(string method, string path, string? user, string line)
    {
        var answer = await api.SendAsync(method, path, user: user, headers: ("X-Request-Id", "secret-of-somebody"));
        var id = answer.Headers["X-Request-Id"];

        id.ShouldNotBe("secret-of-somebody");
        string[] Lines() => [.. api.Log.Where(l => l.EndsWith($"request {id}", StringComparison.Ordinal))];
        await Eventually.True(() => Lines().Length > 0, "the answer is logged");
        Lines().ShouldHaveSingleItem().ShouldStartWith($"Information: {line}");
        api.Log.ShouldNotContain(l => l.Contains("secret-of-somebody", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_plain_list_leaves_out_uploads_that_never_came()
    {
        var presigned = await api.PostAsync("/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3 }, "lister");
        var id = presigned.Text("id");
        var ready = await api.AddReadyAsync("lister");

        (await Ids("/api/assets")).ShouldBe([ready.Id.ToString()]);
        (await Ids("/api/assets?stale=false")).ShouldBe([ready.Id.ToString()]);
        (await Ids("/api/assets?status=pending")).ShouldBe([id]);
        (await Ids($"/api/assets?ids={id}")).ShouldBe([id]);

        async Task<string[]> Ids(string path) => [.. (await api.GetAsync(path, "lister")).Json["items"]!.AsArray().Select(a => a!["id"]!.ToString())];
    }
}
