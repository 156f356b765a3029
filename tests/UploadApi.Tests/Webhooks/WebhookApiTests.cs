using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Webhooks;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;
using StandardWebhooks;

namespace Pipeline.UploadApi.Tests.Webhooks;

/// <summary>The routes of webhooks, with real requests to a receiver on loopback.</summary>
[Collection(ApiHostTests.Name)]
public sealed class WebhookApiTests(ApiHost api) : IAsyncLifetime
{
    private Receiver _receiver = null!;

    // Each test has a user of its own, since a user's webhooks and requests are counted.
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    public async Task InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task The_secret_is_shown_once()
    {
        var created = await CreateAsync(new { url = _receiver.Url, events = new[] { "asset.ready" }, description = "mine" });
        created.Status.ShouldBe(201);
        created.Headers["Location"].ShouldBe($"/api/webhooks/{created.Text("id")}");
        created.Text("secret").ShouldStartWith("whsec_");

        var got = await api.GetAsync($"/api/webhooks/{created.Text("id")}", _user);
        var list = await api.GetAsync("/api/webhooks", _user);
        (got.Text("url"), got.Text("status"), got.Text("description"), got.Json["events"]!.ToJsonString()).ShouldBe((_receiver.Url, "active", "mine", """["asset.ready"]"""));
        list.Json["items"]!.AsArray().ShouldHaveSingleItem()!["id"]!.ToString().ShouldBe(created.Text("id"));
        (got.Body + list.Body).ShouldNotContain("whsec_");
        api.Log.ShouldNotContain(line => line.Contains("whsec_", StringComparison.Ordinal) || line.Contains("key=a", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{}""", "url")]
    [InlineData("""{"url":"http://1.1.1.1/"}""", "url")]
    [InlineData("""{"url":"https://ada:pw@1.1.1.1/"}""", "url")]
    [InlineData("""{"url":"https://1.1.1.1/#f"}""", "url")]
    [InlineData("""{"url":"nonsense"}""", "url")]
    [InlineData("""{"url":"https://1.1.1.1/","events":["asset.made"]}""", "events")]
    [InlineData("""{"url":"https://1.1.1.1/","events":[null]}""", "events")]
    [InlineData("""{"url":"https://1.1.1.1/","events":"asset.ready"}""", "events")]
    [InlineData("""{"url":"https://1.1.1.1/","description":"a\u0000b"}""", "description")]
    [InlineData("""{"url":7}""", "url")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        var answer = await api.SendAsync("POST", "/api/webhooks", new StringContent(body, Encoding.UTF8, "application/json"), _user);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.Keys.ShouldBe([field]);
    }

    [Theory]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://0xa000001/")]
    [InlineData("https://167772161/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://169.254.169.254/")]
    public async Task A_forbidden_address_is_refused_at_creation_and_at_a_change(string url)
    {
        var created = await CreateAsync(new { url });
        (created.Status, created.Code).ShouldBe((400, "forbidden_address"));

        var id = (await CreateAsync(new { url = _receiver.Url })).Text("id");
        var changed = await api.SendAsync("PATCH", $"/api/webhooks/{id}", Json(new { url }), _user);
        (changed.Status, changed.Code).ShouldBe((400, "forbidden_address"));
    }

    [Fact]
    public async Task The_twenty_first_webhook_is_refused()
    {
        for (var i = 0; i < 20; i++) (await CreateAsync(new { url = _receiver.Url })).Status.ShouldBe(201);

        var more = await CreateAsync(new { url = _receiver.Url });

        (more.Status, more.Code).ShouldBe((409, "too_many_endpoints"));
    }

    [Fact]
    public async Task An_event_arrives_and_both_verifiers_accept_it_and_refuse_a_changed_byte_and_an_old_timestamp()
    {
        var created = await CreateAsync(new { url = _receiver.Url, events = new[] { EventType.Ready } });
        await AddReadyAsync();
        await Eventually.True(() => _receiver.All.Count == 1, "the event arrives");
        var received = _receiver.All[0];
        var secret = created.Text("secret");
        var old = DateTimeOffset.FromUnixTimeSeconds(long.Parse(received.Headers["webhook-timestamp"], CultureInfo.InvariantCulture)).AddMinutes(-6).ToUnixTimeSeconds();
        var oldSignature = WebhookSignature.Of(received.Id, old, received.Body, [Convert.FromBase64String(secret["whsec_".Length..])]);
        Case[] cases =
        [
            new("as it was received", true, Headers(received), received.Text),
            new("one byte changed", false, Headers(received), received.Text.Replace("\"ready\"", "\"readz\"", StringComparison.Ordinal)),
            new("six minutes old", false, Headers(received, old, oldSignature), received.Text),
        ];

        foreach (var one in cases) Verify(secret, one).ShouldBe(one.Accepted, one.Name);
        await CheckInNodeAsync(secret, cases);
    }

    [Fact]
    public async Task After_a_rotation_a_receiver_with_either_secret_accepts_the_request()
    {
        var created = await CreateAsync(new { url = _receiver.Url });
        var rotated = await api.SendAsync("POST", $"/api/webhooks/{created.Text("id")}/rotate", user: _user);
        rotated.Status.ShouldBe(200);
        var until = (await api.GetAsync($"/api/webhooks/{created.Text("id")}", _user)).Json["previousSecretUntil"]!.GetValue<DateTimeOffset>();
        until.ShouldBe(rotated.Json["previousSecretUntil"]!.GetValue<DateTimeOffset>(), TimeSpan.FromMilliseconds(1), "the database stores microseconds");
        rotated.Text("secret").ShouldNotBe(created.Text("secret"));

        (await TestAsync(created.Text("id"), new { })).Status.ShouldBe(200);

        var sent = new Case("after a rotation", true, Headers(_receiver.All[0]), _receiver.All[0].Text);
        foreach (var secret in (string[])[created.Text("secret"), rotated.Text("secret")]) await CheckInNodeAsync(secret, sent);

        // The library for .NET looks at the first signature only, so that one is by the new secret.
        Verify(rotated.Text("secret"), sent).ShouldBeTrue();
    }

    [Fact]
    public async Task A_test_answers_at_once_with_status_and_time()
    {
        var id = (await CreateAsync(new { url = _receiver.Url, events = new[] { EventType.Failed } })).Text("id");

        foreach (var type in EventType.All)
        {
            var answer = await TestAsync(id, new { type });
            (answer.Status, answer.Json["success"]!.GetValue<bool>(), answer.Json["status"]!.GetValue<int>()).ShouldBe((200, true, 200));
            answer.Json["ms"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(0);
        }

        _receiver.All.Select(r => r.Type).ShouldBe(EventType.All);
        _receiver.All.ShouldAllBe(r => r.Json["data"]!["test"]!.GetValue<bool>());
        _receiver.Status(503);
        var failed = await api.SendAsync("POST", $"/api/webhooks/{id}/test", user: _user);
        (failed.Json["success"]!.GetValue<bool>(), failed.Json["status"]!.GetValue<int>(), failed.Text("error")).ShouldBe((false, 503, "not_2xx"));
        (await TestAsync(id, new { type = "asset.made" })).Errors.Keys.ShouldBe(["type"]);
        (await api.GetAsync($"/api/webhooks/{id}/deliveries", _user)).Json["items"]!.AsArray().ShouldBeEmpty("a test is no delivery");
    }

    [Fact]
    public async Task Deliveries_are_listed_with_their_attempts_and_can_be_replayed()
    {
        _receiver.Answer = (_, http) => http.Response.WriteAsync("thanks");
        var id = (await CreateAsync(new { url = _receiver.Url })).Text("id");
        for (var i = 0; i < 2; i++) await AddReadyAsync();
        await Eventually.True(async () => (await DeliveriesAsync(id, "?status=delivered")).Count == 4, "all are delivered");

        var first = await api.GetAsync($"/api/webhooks/{id}/deliveries?limit=3", _user);
        var second = await api.GetAsync($"/api/webhooks/{id}/deliveries?limit=3&cursor={first.Text("nextCursor")}", _user);
        var ids = first.Json["items"]!.AsArray().Concat(second.Json["items"]!.AsArray()).Select(d => d!["id"]!.ToString()).ToList();
        ids.Order(StringComparer.Ordinal).ShouldBe(_receiver.All.Select(r => r.Id).Order(StringComparer.Ordinal));
        second.Json["nextCursor"].ShouldBeNull();
        var attempt = first.Json["items"]![0]!["attempts"]!.AsArray().ShouldHaveSingleItem()!;
        (attempt["number"]!.GetValue<int>(), attempt["status"]!.GetValue<int>(), attempt["answer"]!.ToString()).ShouldBe((1, 200, "thanks"));
        (await DeliveriesAsync(id, "?status=failed")).ShouldBeEmpty();

        (await api.SendAsync("POST", $"/api/webhooks/{id}/deliveries/{ids[0]}/replay", user: _user)).Status.ShouldBe(200);
        await Eventually.True(async () => (await api.GetAsync($"/api/webhooks/{id}/deliveries/{ids[0]}", _user)).Json["attempts"]!.AsArray().Count == 2, "it is sent again");
        _receiver.All.Count(r => r.Id == ids[0]).ShouldBe(2);

        var replayed = await api.PostAsync($"/api/webhooks/{id}/replay", new { types = new[] { EventType.Ready }, status = "delivered", from = "2020-01-01T00:00:00+09:00" }, _user);
        (replayed.Status, replayed.Json["count"]!.GetValue<int>()).ShouldBe((200, 2));
        await Eventually.True(() => _receiver.All.Count == 7, "both are sent again");
    }

    [Theory]
    [InlineData("?status=lost", "status")]
    [InlineData("?status=0", "status")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?cursor=evt_00000000000000000000000000000000_1", "cursor")]
    [InlineData("?cursor=x", "cursor")]
    public async Task A_wrong_parameter_of_the_list_is_named(string query, string field)
    {
        var id = (await CreateAsync(new { url = _receiver.Url })).Text("id");

        (await api.GetAsync($"/api/webhooks/{id}/deliveries{query}", _user)).Errors.Keys.ShouldBe([field]);
    }

    [Fact]
    public async Task A_webhook_can_be_changed_disabled_enabled_and_deleted()
    {
        var id = (await CreateAsync(new { url = _receiver.Url, description = "old" })).Text("id");

        var changed = await api.SendAsync("PATCH", $"/api/webhooks/{id}", Json(new { events = new[] { EventType.Ready }, description = "", enabled = false }), _user);
        (changed.Status, changed.Text("status"), changed.Text("disabledReason"), changed.Json["description"]).ShouldBe((200, "disabled", "by_owner", null));
        changed.Text("url").ShouldBe(_receiver.Url, "it was left out");
        await AddReadyAsync();

        var enabled = await api.SendAsync("PATCH", $"/api/webhooks/{id}", Json(new { enabled = true }), _user);
        (enabled.Text("status"), enabled.Json["disabledReason"]).ShouldBe(("active", null));
        await Eventually.True(() => _receiver.All.Count == 1, "it gets what it missed");

        (await api.SendAsync("DELETE", $"/api/webhooks/{id}", user: _user)).Status.ShouldBe(204);
        (await api.SendAsync("DELETE", $"/api/webhooks/{id}", user: _user)).Status.ShouldBe(404);
        (await api.GetAsync($"/api/webhooks/{id}", _user)).Status.ShouldBe(404);
    }

    private static async Task CheckInNodeAsync(string secret, params Case[] cases)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["requests.json"], JsonSerializer.Serialize(new { secret, requests = cases }, JsonSerializerOptions.Web));
        var check = Path.Combine(Repository.Root, "tests", "webhooks", "check.sh");
        using var process = Process.Start(new ProcessStartInfo(check, folder["requests.json"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true }).ShouldNotBeNull();
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{await said}{await errors}");
    }

    private static bool Verify(string secret, Case one)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in one.Headers) headers[name] = value;
        try
        {
            new StandardWebhook(secret).Verify(one.Body, headers);
            return true;
        }
        catch (StandardWebhooks.Diagnostics.WebhookVerificationException)
        {
            return false;
        }
    }

    private static Dictionary<string, string> Headers(Received received, long? timestamp = null, string? signature = null) => new(StringComparer.Ordinal)
    {
        ["webhook-id"] = received.Id,
        ["webhook-timestamp"] = timestamp?.ToString(CultureInfo.InvariantCulture) ?? received.Headers["webhook-timestamp"],
        ["webhook-signature"] = signature ?? received.Headers["webhook-signature"],
    };

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    private Task<HttpAnswer> CreateAsync(object body) => api.PostAsync("/api/webhooks", body, _user);

    private Task<Asset> AddReadyAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        return api.AddAsync(Some.Upload(now, owner: _user), a => a.Confirm(Some.ETag, null, now), a => a.MarkReady(Some.Ready(a), now));
    }

    private Task<HttpAnswer> TestAsync(string id, object body) => api.PostAsync($"/api/webhooks/{id}/test", body, _user);

    private async Task<JsonArray> DeliveriesAsync(string id, string query) => (await api.GetAsync($"/api/webhooks/{id}/deliveries{query}", _user)).Json["items"]!.AsArray();

    private sealed record Case(string Name, bool Accepted, Dictionary<string, string> Headers, string Body);
}
