using System.Text.Json.Nodes;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Overview;

/// <summary>The assets of a tenant for its operators, over HTTP.</summary>
[Collection(ApiHostTests.Name)]
public sealed class OperatorAssetTests(ApiHost api)
{
    private static readonly RetryPolicy Never = new(new DispatchOptions { MaxAttempts = 1 }, () => 0);
    private readonly string _tenant = $"ops-{Guid.NewGuid():N}";
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Each_filter_gives_its_assets_the_newest_first_and_no_file_name()
    {
        var ready = await AddAsync("ada", 1, a => a.MarkReady(Some.Ready(a), _now));
        var rejected = await AddAsync("bob", 2, a => a.Reject(Some.Rejected(a), _now));
        var failed = await AddAsync("bob", 3, a => a.AttemptFailed(Some.Failed(a) with { Engine = "engine 1" }, Never, _now));
        var lost = await AddAsync("ada", 4, a => a.AttemptFailed(Some.Failed(a), Never, _now));

        foreach (var (query, expected) in new (string, Guid[])[]
        {
            ("", [lost, failed, rejected, ready]),
            ("?status=ready", [ready]),
            ("?ownerId=bob", [failed, rejected]),
            ("?failed=true", [lost, failed]),
            ("?failed=false", [rejected, ready]),
            ($"?code={FailureCode.ScannerUnavailable}", [lost, failed]),
            ($"?code={FailureCode.ScannerUnavailable}&engine=engine+1", [failed]),
            ("?failed=true&engine=", [lost]),
            ($"?code={RejectionCode.Corrupt}", [rejected]),
            ("?profile=none", []),
            ($"?createdFrom={_now.AddMinutes(2):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}&createdTo={_now.AddMinutes(4):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}", [failed, rejected]),
        })
        {
            var answer = await GetAsync($"/api/admin/assets{query}");
            answer.Json["items"]!.AsArray().Select(item => Guid.Parse(item!["id"]!.ToString())).ShouldBe(expected, query);
            answer.Json["nextCursor"].ShouldBeNull(query);
            answer.Body.ShouldNotContain("cat.jpg");
        }

        var one = (await GetAsync($"/api/admin/assets/{failed}")).Json;
        (one["code"]!.ToString(), one["engine"]!.ToString(), one["ownerId"]!.ToString()).ShouldBe((FailureCode.ScannerUnavailable, "engine 1", "bob"));
        (await GetAsync($"/api/admin/assets/{failed}/timeline")).Json["events"]!.AsArray().Select(e => e!["kind"]!.ToString()).ShouldBe(["created", "confirmed", "failed"]);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap()
    {
        var all = new List<Guid>();
        for (var i = 0; i < 5; i++) all.Add(await AddAsync("ada", i, a => i % 2 == 0 ? a.MarkReady(Some.Ready(a), _now) : a.Reject(Some.Rejected(a), _now)));

        var read = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await GetAsync($"/api/admin/assets?limit=2{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}")).Json;
            read.AddRange(page["items"]!.AsArray().Select(item => Guid.Parse(item!["id"]!.ToString())));
            cursor = page["nextCursor"]?.ToString();
        }

        all.Reverse();
        read.ShouldBe(all);
    }

    [Theory]
    [InlineData("status=none", "status")]
    [InlineData("code=none", "code")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("ownerId=", "ownerId")]
    [InlineData("createdFrom=2026-02-01T00:00:00Z&createdTo=2026-01-01T00:00:00Z", "createdTo")]
    public async Task A_wrong_filter_is_named(string query, string field) => (await GetAsync($"/api/admin/assets?{query}")).Errors.Keys.ShouldBe([field]);

    [Fact]
    public async Task The_overview_comes_as_an_answer_and_as_a_stream()
    {
        var failed = await AddAsync("ada", 1, a => a.AttemptFailed(Some.Failed(a), Never, _now));

        var answer = (await GetAsync("/api/admin/overview")).Json;
        ExamplesOf(answer).ShouldBe([failed.ToString()]);
        using var stream = await api.StreamAsync("/api/admin/overview/stream", user: null, token: Token);
        var message = (await stream.NextAsync()).ShouldNotBeNull();
        (message.Event, stream.Header("Content-Type"), stream.Header("X-Accel-Buffering")).ShouldBe(("overview", "text/event-stream", "no"));
        ExamplesOf(message.Data!).ShouldBe([failed.ToString()]);
        (await stream.NextAsync()).ShouldNotBeNull().Event.ShouldBe("overview");
    }

    private string Token => AppToken.For("vera", ApiHost.Secret, role: "viewer", tenant: _tenant);

    private static IEnumerable<string> ExamplesOf(JsonNode overview) =>
        overview["needsYou"]!.AsArray().SelectMany(group => group!["examples"]!.AsArray()).Select(example => example!["assetId"]!.ToString());

    private async Task<Guid> AddAsync(string owner, int minute, Func<Asset, bool> change) =>
        (await api.AddAsync(Some.Upload(_now.AddMinutes(minute), owner: owner, tenant: _tenant), a => a.Confirm(Some.ETag, null, _now.AddMinutes(minute)), change)).Id;

    private Task<HttpAnswer> GetAsync(string path) => api.SendAsync(Token, "GET", path, body: null);
}
