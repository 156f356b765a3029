using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Idempotency;

/// <summary>Repeats of requests that make a secret, a plan or a run, and of those of Uppy.</summary>
[Collection(ApiHostTests.Name)]
public sealed class OtherKeyedRoutesTests(ApiHost api)
{
    private const string Sign = "/api/upload/sign";
    private readonly string _user = $"user-{Guid.NewGuid():N}";
    private readonly string _tenant = $"t{Guid.NewGuid():N}";

    public static TheoryData<string, string> Bodies => new()
    {
        { Sign, """{"method":"PUT","key":"3/a.jpg","contentType":"image/jpeg"}""" },
        { "/api/admin/runs", """{"kind":"reprocess","filter":{"all":true}}""" },
        { "/api/reprocess-runs", """{"filter":{"all":true}}""" },
        { $"/api/webhooks/{Guid.Empty}/rotate", "{}" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_malformed_key_is_refused(string path, string body)
    {
        foreach (var key in (string[])["\"", "", "a b", new string('k', 256)])
        {
            var answer = await SendAsync(path, body, key);
            (answer.Status, answer.Code, answer.Errors.Keys.Single()).ShouldBe((400, "invalid_request", "Idempotency-Key"), $"{path} {key}");
        }
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task A_signed_request_of_an_app_is_repeated_with_its_upload(string method)
    {
        var (key, body) = (NewKey(), $$"""{"method":"{{method}}","key":"3/a.jpg","contentType":"image/jpeg"}""");
        var (first, again) = (await SendAsync(Sign, body, key), await SendAsync(Sign, body, key));

        (again.Status, again.Text("key"), again.Headers["Idempotency-Replayed"]).ShouldBe((200, first.Text("key"), "true"));
        (await SendAsync(Sign, body.Replace("3/", "4/", StringComparison.Ordinal), key)).Code.ShouldBe("idempotency_key_reused");
        (await SendAsync(Sign, body, NewKey())).Text("key").ShouldNotBe(first.Text("key"));
    }

    [Fact]
    public async Task A_request_of_uppy_with_a_key_of_its_own_is_also_repeated_by_the_header()
    {
        var (key, body) = (NewKey(), $$"""{"method":"PUT","key":"{{Guid.NewGuid()}}-a.jpg","contentType":"image/jpeg","fileSize":3}""");
        var (first, again) = (await SendAsync(Sign, body, key), await SendAsync(Sign, body, key));

        (again.Status, again.Text("key")).ShouldBe((200, first.Text("key")));
    }

    [Theory]
    [InlineData("/api/admin/runs", """{"kind":"reprocess","filter":{"all":true}}""", 201)]
    [InlineData("/api/reprocess-runs", """{"filter":{"all":true}}""", 202)]
    public async Task A_run_is_repeated_with_its_id(string path, string body, int status)
    {
        var key = NewKey();
        var (first, again) = (await SendAsync(path, body, key), await SendAsync(path, body, key));

        (first.Status, again.Status, again.Text("id")).ShouldBe((status, status, first.Text("id")));
        again.Headers["Location"].ShouldBe(first.Headers["Location"]);
        (await api.SendAsync(Token, "GET", "/api/admin/runs", null)).Json["items"]!.AsArray().Count.ShouldBe(1);
        (await SendAsync(path, body.Replace("}}", "},\"reason\":\"other\"}", StringComparison.Ordinal), key)).Code.ShouldBe("idempotency_key_reused");
    }

    [Fact]
    public async Task A_run_that_could_not_start_keeps_no_key()
    {
        await api.AddReadyAsync(_user, _tenant);
        (await SendAsync("/api/reprocess-runs", """{"filter":{"all":true},"pace":{"inFlight":1}}""", NewKey())).Status.ShouldBe(202);
        var key = NewKey();
        var refused = await SendAsync("/api/reprocess-runs", """{"filter":{"all":true}}""", key);

        (refused.Status, refused.Code).ShouldBe((409, "run_active"));
        (await SendAsync("/api/reprocess-runs", """{"filter":{"all":true},"dryRun":true}""", key)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_rotation_is_repeated_with_its_promise_and_without_its_secret()
    {
        var hook = (await SendAsync("/api/webhooks", """{"url":"http://127.0.0.1:9/"}""", NewKey())).Text("id");
        var (path, key) = ($"/api/webhooks/{hook}/rotate", NewKey());
        var first = await SendAsync(path, body: null, key);
        (await SendAsync(path, body: null, NewKey())).Status.ShouldBe(200);

        var again = await SendAsync(path, body: null, key);

        (again.Status, again.Text("id"), again.Text("previousSecretUntil")).ShouldBe((200, hook, first.Text("previousSecretUntil")));
        first.Text("secret").ShouldStartWith("whsec_");
        again.Json.AsObject().ShouldNotContainKey("secret");
    }

    private static string NewKey() => IdempotencyApiTests.NewKey();

    private string Token => AppToken.For(_user, ApiHost.Secret, "operator", _tenant);

    private Task<HttpAnswer> SendAsync(string path, string? body, string key) =>
        api.SendAsync(Token, "POST", path, body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"), ("Idempotency-Key", key));
}
