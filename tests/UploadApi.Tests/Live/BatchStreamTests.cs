using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

[Collection(ApiHostTests.Name)]
public sealed class BatchStreamTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_batch_shows_its_assets_in_their_order_and_ends_when_it_is_completed()
    {
        var (id, assets) = await api.AddBatchAsync(_user, 3);
        using var stream = await api.StreamAsync($"/api/batches/{id}/events", _user);
        for (var i = 0; i < 3; i++)
        {
            var state = (await stream.NextAsync()).ShouldNotBeNull();
            (state.Status, state.Data!["data"]!["id"]!.ToString()).ShouldBe(("pending", assets[i].Id.ToString()));
        }

        foreach (var asset in assets) await FinishAsync(asset);

        var rest = await stream.ToEndAsync();
        (rest[^1].Event, rest[^2].Type, rest[^2].Status).ShouldBe(("end", EventType.BatchCompleted, "completed"));
        rest[^2].Data!["data"]!["outcome"]!.ToString().ShouldBe("all_ready");
        rest.Count(m => m.Type == EventType.Ready).ShouldBe(3);
        rest.Select(m => m.Id).OfType<string>().ShouldBeUnique();
        (await api.GetAsync($"/api/batches/{id}/events?after={stream.LastEventId}", _user)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task The_states_of_several_assets_set_the_id_to_resume_from_only_at_their_end()
    {
        var (id, assets) = await api.AddBatchAsync(_user, 2);
        foreach (var asset in assets) await api.ChangeAsync(asset.Id, a => a.Confirm(Some.ETag, null, Now));
        var ids = await LiveChanges.EventIdsAsync(api, _user, 2);
        using var stream = await api.StreamAsync($"/api/batches/{id}/events", _user);

        var state = await stream.UntilAsync(m => m.Event.Length == 0);
        state.SkipLast(1).ShouldAllBe(m => m.Event == "status" && m.Id == null);
        state.SkipLast(1).Select(m => m.Data!["id"]!.ToString()).ShouldBe(ids, ignoreOrder: true);
        state[^1].ShouldBe(new StreamMessage("", ids[^1], null));

        stream.Dispose();
        foreach (var asset in assets) await FinishAsync(asset, isConfirmed: true);
        using var again = await api.StreamAsync($"/api/batches/{id}/events", _user, stream.LastEventId);
        (await again.ToEndAsync()).Select(m => m.Status ?? m.Event).ShouldBe(["processing", "ready", "processing", "ready", "completed", "end"]);
    }

    [Fact]
    public async Task A_completed_batch_shows_itself_and_ends()
    {
        var (id, assets) = await api.AddBatchAsync(_user, 2);
        await api.ChangeAsync(assets[0].Id, a => a.Expire(Now));
        await FinishAsync(assets[1]);
        await LiveChanges.EventIdsAsync(api, _user, 5);

        using var stream = await api.StreamAsync($"/api/batches/{id}/events", _user);

        var messages = (await stream.ToEndAsync()).Where(m => m.Event.Length > 0).ToList();
        messages.Select(m => m.Status ?? m.Event).ShouldBe(["expired", "ready", "completed", "end"]);
        messages[2].Data!["data"]!["outcome"]!.ToString().ShouldBe("some_ready");
        messages[2].Data!["id"]!.ToString().ShouldBe(stream.LastEventId);
    }

    [Fact]
    public async Task Another_users_batch_is_not_found()
    {
        var (id, _) = await api.AddBatchAsync(_user, 1);

        (await api.GetAsync($"/api/batches/{id}/events", "somebody")).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task The_stream_of_ones_own_shows_what_is_in_work_and_then_everything()
    {
        await api.AddReadyNowAsync(_user);
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));
        var ids = await LiveChanges.EventIdsAsync(api, _user, 3);
        using var stream = await api.StreamAsync("/api/events/stream", _user);

        var state = (await stream.NextAsync()).ShouldNotBeNull();
        (state.Status, state.Data!["data"]!["id"]!.ToString()).ShouldBe(("queued", asset.Id.ToString()));
        (await stream.NextAsync()).ShouldBe(new StreamMessage("", ids[^1], null));

        await FinishAsync(asset, isConfirmed: true);
        var (batch, members) = await api.AddBatchAsync(_user, 1);
        await FinishAsync(members[0]);
        await api.AddReadyNowAsync($"other-{_user}");

        var rest = await stream.UntilAsync(m => m.Type == EventType.BatchCompleted);
        rest.Select(m => m.Status).ShouldBe(["processing", "ready", "queued", "processing", "ready", "completed"]);
        rest[^1].Data!["data"]!["batchId"]!.ToString().ShouldBe(batch.ToString());
    }

    [Fact]
    public async Task A_long_absence_is_made_up_page_by_page()
    {
        await api.AddReadyNowAsync(_user);
        var first = (await LiveChanges.EventIdsAsync(api, _user, 2))[0];
        for (var i = 0; i < 220; i++) await api.AddReadyNowAsync(_user);

        using var stream = await api.StreamAsync("/api/events/stream", _user, first);
        var messages = new List<StreamMessage>();
        while (messages.Count < 441) messages.Add((await stream.NextAsync()).ShouldNotBeNull());

        messages.Select(m => m.Id).ShouldBeUnique();
        messages.Count(m => m.Type == EventType.Ready).ShouldBe(221);
    }

    private async Task FinishAsync(Asset asset, bool isConfirmed = false)
    {
        if (!isConfirmed) await api.ChangeAsync(asset.Id, a => a.Confirm(Some.ETag, null, Now));
        await api.ChangeAsync(asset.Id, a => a.Started(Some.Started(a), Now));
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));
    }
}
