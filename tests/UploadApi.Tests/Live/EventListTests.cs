using Pipeline.Assets.Events;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

[Collection(ApiHostTests.Name)]
public sealed class EventListTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task The_events_come_in_pages_and_in_their_order()
    {
        for (var i = 0; i < 3; i++) await api.AddReadyNowAsync(_user);
        var all = await LiveChanges.EventIdsAsync(api, _user, 6);

        var pages = new List<string>();
        string? cursor = null;
        for (var page = 0; page < 3; page++)
        {
            var answer = await api.GetAsync($"/api/events?limit=2{(cursor is null ? "" : $"&after={cursor}")}", _user);
            pages.AddRange(answer.Json["events"]!.AsArray().Select(e => e!["id"]!.ToString()));
            cursor = answer.Text("nextCursor");
        }

        pages.ShouldBe(all);
        var rest = await api.GetAsync($"/api/events?after={cursor}", _user);
        (rest.Json["events"]!.AsArray().Count, rest.Text("nextCursor")).ShouldBe((0, cursor));
    }

    [Fact]
    public async Task An_event_is_the_same_as_in_a_stream()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user));
        using var stream = await api.StreamAsync($"/api/assets/{asset.Id}/events", _user);
        await stream.NextAsync();
        await api.ChangeAsync(asset.Id, a => a.Confirm(Some.ETag, null, Now));
        var live = (await stream.NextAsync()).ShouldNotBeNull().Data!.AsObject();
        live.Remove("status").ShouldBeTrue();

        var listed = (await api.GetAsync("/api/events", _user)).Json["events"]![0]!;

        listed.ToJsonString().ShouldBe(live.ToJsonString());
    }

    [Fact]
    public async Task Only_the_types_that_are_wanted_come_and_the_cursor_passes_the_others()
    {
        await api.AddReadyNowAsync(_user);
        var ids = await LiveChanges.EventIdsAsync(api, _user, 2);

        var ready = await api.GetAsync($"/api/events?types={EventType.Ready},{EventType.Rejected}", _user);
        ready.Json["events"]!.AsArray().ShouldHaveSingleItem()!["type"]!.ToString().ShouldBe(EventType.Ready);
        var none = await api.GetAsync($"/api/events?types={EventType.Deleted}&after={ids[0]}", _user);
        (none.Json["events"]!.AsArray().Count, none.Text("nextCursor")).ShouldBe((0, ids[1]));
    }

    [Fact]
    public async Task A_client_that_wants_only_what_comes_begins_at_the_newest_event()
    {
        (await api.GetAsync("/api/events?after=latest", _user)).Json.AsObject().ContainsKey("nextCursor").ShouldBeFalse("there is none yet");
        await api.AddReadyNowAsync(_user);
        var ids = await LiveChanges.EventIdsAsync(api, _user, 2);

        var latest = await api.GetAsync("/api/events?after=latest", _user);

        (latest.Json["events"]!.AsArray().Count, latest.Text("nextCursor")).ShouldBe((0, ids[1]));
    }

    [Theory]
    [InlineData("types=asset.nonsense", "types")]
    [InlineData("types=", "types")]
    [InlineData("after=nonsense", "after")]
    [InlineData("after=", "after")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    public async Task A_wrong_query_is_named(string query, string field) => (await api.GetAsync($"/api/events?{query}", _user)).Errors.Keys.ShouldBe([field]);

    [Fact]
    public async Task A_cursor_that_is_unknown_or_another_users_has_expired()
    {
        await api.AddReadyNowAsync(_user);
        var id = (await LiveChanges.EventIdsAsync(api, _user, 2))[0];

        var unknown = await api.GetAsync("/api/events?after=evt_00000000000000000000000000000000_1", _user);
        (unknown.Status, unknown.Code).ShouldBe((410, "cursor_expired"));
        (await api.GetAsync($"/api/events?after={id}", "somebody")).Code.ShouldBe("cursor_expired");
    }

    [Fact]
    public async Task Events_older_than_they_are_kept_are_not_repeated()
    {
        var old = Now.AddDays(-31);
        var asset = await api.AddAsync(Some.Upload(old, owner: _user), a => a.Confirm(Some.ETag, null, old));
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));

        var ids = await LiveChanges.EventIdsAsync(api, _user, 1);
        ids[0].ShouldStartWith($"evt_{asset.Id:N}_");
        (await api.GetAsync($"/api/events?after=evt_{asset.Id:N}_2", _user)).Code.ShouldBe("cursor_expired");
        using var stream = await api.StreamAsync($"/api/assets/{asset.Id}/events", _user, $"evt_{asset.Id:N}_2");
        (await stream.NextAsync())!.Event.ShouldBe("reset");
    }

    [Fact]
    public async Task A_poll_waits_until_there_is_an_event()
    {
        await api.AddReadyNowAsync(_user);
        var last = (await LiveChanges.EventIdsAsync(api, _user, 2))[1];

        var waiting = api.SendAsync("GET", $"/api/events?after={last}&types={EventType.Ready}", user: _user, headers: ("Prefer", "wait=60"));
        await api.AddReadyNowAsync(_user);

        var answer = await waiting;
        answer.Json["events"]!.AsArray().ShouldHaveSingleItem()!["type"]!.ToString().ShouldBe(EventType.Ready);
        answer.Headers["Preference-Applied"].ShouldBe("wait=60");
    }

    [Fact]
    public async Task A_poll_without_an_event_answers_when_its_time_is_over()
    {
        var answer = await api.SendAsync("GET", "/api/events", user: _user, headers: ("Prefer", "wait=1"));

        answer.Json.ToJsonString().ShouldBe("""{"events":[]}""");
    }
}
