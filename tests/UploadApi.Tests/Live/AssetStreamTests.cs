using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.TestKit;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

[Collection(ApiHostTests.Name)]
public sealed class AssetStreamTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_stream_begins_with_the_state_and_ends_after_the_last_event()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user));
        using var stream = await api.StreamAsync(Path(asset), _user);

        var first = (await stream.NextAsync()).ShouldNotBeNull();
        (first.Event, first.Id, first.Type, first.Status).ShouldBe(("status", null, "asset.pending", "pending"));
        first.Data!["data"]!["id"]!.ToString().ShouldBe(asset.Id.ToString());
        await FinishAsync(asset);

        var rest = await stream.ToEndAsync();
        rest.Select(m => m.Status ?? m.Event).ShouldBe(["queued", "processing", "ready", "end"]);
        rest.SkipLast(1).ShouldAllBe(m => m.Event == "status" && m.Id == m.Data!["id"]!.ToString());
        rest.SkipLast(1).Select(m => m.Type).ShouldBe([EventType.Queued, EventType.Processing, EventType.Ready]);
        rest[2].Data!["data"]!["variants"]!.AsArray().Count.ShouldBe(2);
        rest.SkipLast(1).Select(m => m.Data!["sequence"]!.GetValue<int>()).ShouldBeInOrder();
    }

    [Fact]
    public async Task The_headers_keep_proxies_from_collecting_the_messages()
    {
        var asset = await api.AddReadyNowAsync(_user);

        using var stream = await api.StreamAsync(Path(asset), _user);

        stream.Status.ShouldBe(200);
        (stream.Header("Content-Type"), stream.Header("X-Accel-Buffering")).ShouldBe(("text/event-stream", "no"));
        stream.Header("Cache-Control").ShouldNotBeNull().Split(", ").ShouldBe(["no-cache", "no-transform"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_stream_of_a_final_asset_shows_it_and_ends_and_a_return_has_nothing_to_say()
    {
        var asset = await api.AddReadyNowAsync(_user);
        await IsNumberedAsync(_user, 2);
        using var stream = await api.StreamAsync(Path(asset), _user);

        (await stream.ToEndAsync()).Select(m => m.Status ?? m.Event).ShouldBe(["ready", "end"]);

        (await api.SendAsync("GET", Path(asset), user: _user, headers: ("Last-Event-ID", stream.LastEventId))).Status.ShouldBe(204);
        (await api.GetAsync($"{Path(asset)}?after={stream.LastEventId}", _user)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task A_client_that_returns_gets_what_it_missed_without_a_repeat()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));
        await IsNumberedAsync(_user, 1);
        using var first = await api.StreamAsync(Path(asset), _user);
        (await first.NextAsync())!.Status.ShouldBe("queued");
        await api.ChangeAsync(asset.Id, a => a.Started(Some.Started(a), Now));
        (await first.NextAsync())!.Status.ShouldBe("processing");
        first.Dispose();
        await api.ChangeAsync(asset.Id, a => a.AttemptFailed(Some.Failed(a), new Pipeline.Assets.Dispatch.RetryPolicy(new(), () => 0), Now));
        await IsNumberedAsync(_user, 3);

        using var second = await api.StreamAsync(Path(asset), _user, first.LastEventId);
        (await second.NextAsync())!.Data!["data"]!["failure"].ShouldNotBeNull();
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));

        (await second.ToEndAsync()).Select(m => m.Status ?? m.Event).ShouldBe(["ready", "end"]);
    }

    [Fact]
    public async Task The_header_of_a_browser_that_reconnects_is_newer_than_the_query()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now), a => a.Started(Some.Started(a), Now));
        var ids = await IsNumberedAsync(_user, 2);

        using var stream = await api.StreamAsync($"{Path(asset)}?after={ids[0]}", _user, ids[1]);
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));

        (await stream.ToEndAsync()).Select(m => m.Status ?? m.Event).ShouldBe(["ready", "end"]);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("evt_00000000000000000000000000000000_1")]
    [InlineData("evt_00000000000000000000000000000000_99999999999999")]
    public async Task A_return_with_an_unknown_id_gets_a_reset_and_the_state(string id)
    {
        var asset = await api.AddReadyNowAsync(_user);

        using var stream = await api.StreamAsync(Path(asset), _user, id);

        var messages = await stream.ToEndAsync();
        messages.Select(m => m.Status ?? m.Event).ShouldBe(["reset", "ready", "end"]);
        messages[0].Id.ShouldBe("", "or a browser would send the unknown id again");
    }

    [Fact]
    public async Task A_user_without_events_gets_an_id_from_which_a_return_gets_all_that_followed()
    {
        string? id;
        using (var stream = await api.StreamAsync("/api/events/stream", _user)) id = (await stream.NextAsync())!.Id;
        await api.AddReadyNowAsync(_user);

        using (var again = await api.StreamAsync("/api/events/stream", _user, id))
            (await again.UntilAsync(m => m.Type == EventType.Ready)).Select(m => m.Type ?? m.Event).ShouldBe([EventType.Queued, EventType.Ready]);
        (await api.GetAsync($"/api/events?after={id}", _user)).Json["events"]!.AsArray().Count.ShouldBe(2, "it is a cursor of the list, too");
    }

    [Fact]
    public async Task A_user_who_has_only_forgotten_events_resumes_after_those()
    {
        var old = Now.AddDays(-31);
        await api.AddAsync(Some.Upload(old, owner: _user), a => a.Confirm(Some.ETag, null, old));
        string? id;
        using (var stream = await api.StreamAsync("/api/events/stream", _user)) id = (await stream.UntilAsync(m => m.Id?.Length > 0))[^1].Id;
        await api.AddReadyNowAsync(_user);

        using var again = await api.StreamAsync("/api/events/stream", _user, id);

        (await again.UntilAsync(m => m.Type == EventType.Ready)).Select(m => m.Type ?? m.Event).ShouldBe([EventType.Queued, EventType.Ready]);
    }

    [Fact]
    public async Task An_id_without_an_event_that_is_older_than_events_are_kept_gets_a_reset()
    {
        using var stream = await api.StreamAsync("/api/events/stream", _user, EventId.Start(Now.AddDays(-31)).ToString());

        (await stream.NextAsync())!.Event.ShouldBe("reset");
    }

    [Fact]
    public async Task The_id_of_another_users_event_is_unknown()
    {
        var (asset, other) = (await api.AddReadyNowAsync(_user), $"other-{_user}");
        await api.AddReadyNowAsync(other);
        var ids = await IsNumberedAsync(other, 2);

        using var stream = await api.StreamAsync(Path(asset), _user, ids[1]);

        (await stream.NextAsync())!.Event.ShouldBe("reset");
    }

    [Fact]
    public async Task A_ready_asset_in_work_again_keeps_its_stream_open()
    {
        var asset = await api.AddReadyNowAsync(_user);
        await api.ChangeAsync(asset.Id, a => a.Reprocess(Now));
        using var stream = await api.StreamAsync(Path(asset), _user);
        (await stream.NextAsync())!.Status.ShouldBe("ready");

        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));

        (await stream.ToEndAsync())[^1].Event.ShouldBe("end");
    }

    [Fact]
    public async Task A_deletion_ends_the_stream()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));
        using var stream = await api.StreamAsync(Path(asset), _user);
        (await stream.NextAsync())!.Status.ShouldBe("queued");

        (await api.SendAsync("DELETE", $"/api/assets/{asset.Id}", user: _user)).Status.ShouldBe(204);

        (await stream.ToEndAsync()).Select(m => m.Status ?? m.Event).TakeLast(2).ShouldBe(["deleted", "end"]);
    }

    [Fact]
    public async Task A_step_is_shown_to_who_watches_the_asset_and_to_nobody_else()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now), a => a.Started(Some.Started(a), Now));
        var other = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));
        using var watching = await api.StreamAsync(Path(asset), _user);
        using var elsewhere = await api.StreamAsync(Path(other), _user);
        (await watching.NextAsync())!.Status.ShouldBe("processing");
        (await elsewhere.NextAsync())!.Status.ShouldBe("queued");

        api.Service<LocalStepSignal>().Report(new StepReport(asset.Id, 1, "scan"));
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));
        await api.ChangeAsync(other.Id, a => a.MarkReady(Some.Ready(a), Now));

        var step = (await watching.UntilAsync(m => m.Data?["step"] is not null))[^1];
        (step.Id, step.Type, step.Status, step.Data!["step"]!.ToString()).ShouldBe((null, EventType.Processing, "processing", "scan"));
        step.Data!["data"]!["revision"]!.GetValue<int>().ShouldBe(1);
        (await elsewhere.ToEndAsync()).ShouldAllBe(m => m.Data!["step"] == null);
    }

    [Fact]
    public async Task A_stream_ends_with_its_token_and_not_as_if_all_were_done()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user));

        using var stream = await api.StreamAsync(Path(asset), user: null, token: AppToken.For(_user, ApiHost.Secret, expires: Now.AddSeconds(2)));

        (await stream.ToEndAsync()).ShouldHaveSingleItem().Event.ShouldBe("status");
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_is_cut_off_and_resumes()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));
        await IsNumberedAsync(_user, 1);
        using var slow = await api.StreamAsync(Path(asset), _user);
        await slow.NextAsync();
        var (hub, large) = (api.Service<Subscribers>(), new EventFrame([.. ":"u8, .. new byte[256 * 1024].AsSpan().ToArray().Select(_ => (byte)'x'), .. "\n\n"u8]));

        // More than its queue and all buffers on the way hold.
        for (var i = 0; i < 2 * Subscription.Capacity; i++) hub.Show(asset.Id, () => large);
        await FinishAsync(asset, isConfirmed: true);

        await Should.ThrowAsync<Exception>(() => slow.ToEndAsync());
        using var again = await api.StreamAsync(Path(asset), _user, slow.LastEventId);
        (await again.ToEndAsync()).Select(m => m.Status ?? m.Event).ShouldBe(["processing", "ready", "end"]);
    }

    [Fact]
    public async Task Nobody_streams_what_belongs_to_another_user()
    {
        var asset = await api.AddReadyNowAsync(_user);

        (await api.GetAsync(Path(asset), "somebody")).Code.ShouldBe("not_found");
        (await api.GetAsync($"/api/assets/{Guid.NewGuid()}/events", _user)).Code.ShouldBe("not_found");
        (await api.GetAsync(Path(asset), user: null)).Code.ShouldBe("unauthorized");
        (await api.GetAsync("/api/events/stream", user: null)).Code.ShouldBe("unauthorized");
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("token")]
    [InlineData("ticket")]
    public async Task A_token_in_the_url_is_refused(string name)
    {
        var token = AppToken.For(_user, ApiHost.Secret);

        (await api.GetAsync($"/api/events/stream?{name}={token}", user: null)).Code.ShouldBe("unauthorized");
        (await api.GetAsync($"/api/assets?{name}={token}", user: null)).Code.ShouldBe("unauthorized");
    }

    [Fact]
    public async Task HEAD_opens_no_stream()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user));

        using var http = new HttpClient { BaseAddress = api.Address };
        using var request = new HttpRequestMessage(HttpMethod.Head, Path(asset));
        request.Headers.Authorization = new("Bearer", AppToken.For(_user, ApiHost.Secret));
        using var response = await http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(405);
    }

    [Fact]
    public async Task A_user_with_too_many_streams_is_refused_until_one_ends()
    {
        var streams = new List<EventStream>();
        for (var i = 0; i < 20; i++) streams.Add(await api.StreamAsync("/api/events/stream", _user));

        var refused = await api.GetAsync("/api/events/stream", _user);
        (refused.Status, refused.Code, refused.Headers["Retry-After"]).ShouldBe((429, "too_many_streams", "10"));
        using (var other = await api.StreamAsync("/api/events/stream", $"other-{_user}")) other.Status.ShouldBe(200);

        streams[0].Dispose();
        await Eventually.True(
            async () =>
            {
                using var next = await api.StreamAsync("/api/events/stream", _user);
                return next.Status == 200;
            },
            "the slot is free again");
        foreach (var stream in streams) stream.Dispose();
    }

    private static string Path(Asset asset) => $"/api/assets/{asset.Id}/events";

    private async Task FinishAsync(Asset asset, bool isConfirmed = false)
    {
        if (!isConfirmed) await api.ChangeAsync(asset.Id, a => a.Confirm(Some.ETag, null, Now));
        await api.ChangeAsync(asset.Id, a => a.Started(Some.Started(a), Now));
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));
    }

    private Task<List<string>> IsNumberedAsync(string user, int count) => LiveChanges.EventIdsAsync(api, user, count);
}
