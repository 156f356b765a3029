using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Cleanup;

/// <summary>How many requests a cleanup makes, and how many at once.</summary>
public sealed class CleanupCostTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    /// <summary>Each listing costs as much as a write; nearly every upload is of this kind.</summary>
    [Fact]
    public async Task An_upload_that_one_attempt_made_ready_is_never_listed()
    {
        var asset = await AddReadyWithObjectsAsync();
        var calls = new List<string>();
        var store = new InterruptedStore(_room.Store, call =>
        {
            calls.Add(call);
            return Task.CompletedTask;
        });

        await _room.TidyAsync(store);
        _room.Time.Advance(TimeSpan.FromDays(3));
        await _room.TidyAsync(store);

        calls.ShouldBe([$"delete {asset.IncomingKey}", $"delete {asset.IncomingKey}"]);
        (await _room.RowAsync(asset.Id)).TidyAt.ShouldBeNull();
        (await _room.KeysAsync()).ShouldBe(Published(asset), ignoreOrder: true);
    }

    /// <summary>A reprocess of a library would otherwise spend more on listings than on variants.</summary>
    [Fact]
    public async Task A_reprocessed_asset_is_never_listed_and_loses_only_what_was_replaced_and_is_not_kept_any_more()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.MarkReady(Made.Of(a, "recipe1"), _room.Now));
        await _room.PutAsync([asset.IncomingKey, .. Published(asset)]);
        var calls = new List<string>();
        var store = Recorded(calls);
        foreach (var recipe in new[] { "recipe2", "recipe3", "recipe3" })
        {
            await _room.TidyAsync(store);
            _room.Time.Advance(TimeSpan.FromHours(1));
            await ReprocessAsync(asset.Id, recipe);
        }

        await _room.TidyAsync(store);
        var shown = await _room.RowAsync(asset.Id);
        (await _room.KeysAsync()).ShouldBe([.. Published(shown), .. shown.Superseded.ShouldNotBeNull().Keys], ignoreOrder: true, "of what was replaced within a day, one revision is kept");
        _room.Time.Advance(TimeSpan.FromDays(3));
        await _room.TidyAsync(store);

        calls.ShouldAllBe(call => !call.StartsWith("list", StringComparison.Ordinal));
        (await _room.KeysAsync()).ShouldBe(Published(shown), ignoreOrder: true);
        var row = await _room.RowAsync(asset.Id);
        (row.TidyAt, row.FormerKeys, row.Superseded, row.NamesAllObjects).ShouldBe((null, null, null, true));
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("requeued")]
    [InlineData("not dispatched")]
    [InlineData("dispatched twice")]
    [InlineData("dead letter")]
    [InlineData("replaced before anybody heard")]
    public async Task A_revision_that_more_than_one_worker_may_have_written_for_is_listed_once_in_each_place(string what)
    {
        var asset = await AddReadyWithObjectsAsync();
        await _room.TidyAsync();
        var left = Some.Variant(asset.Id, "left", 320, "jpeg").Key;
        await _room.PutAsync(left);
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now) && Happens(a, what) && a.MarkReady(Some.Ready(a, "recipe1"), _room.Now));
        var calls = new List<string>();

        await _room.TidyAsync(Recorded(calls));

        var lists = calls.Where(call => call.StartsWith("list", StringComparison.Ordinal)).ToList();
        lists.ShouldBeUnique();
        lists.Count.ShouldBe(4, "two areas, each in the layout of today and in that of earlier versions");
        (await _room.KeysAsync()).ShouldNotContain(left);
    }

    private bool Happens(Asset asset, string what)
    {
        var now = _room.Now;
        asset.ClaimDispatch(now, now);
        switch (what)
        {
            case "retry":
                return asset.Dispatched(2, 1, now) && asset.AttemptFailed(Some.Failed(asset), _room.Retries, now);
            case "requeued":
                return asset.Dispatched(2, 1, now) && asset.RescueFromQueue(now);
            case "not dispatched":
                return asset.NotDispatched(2, 1, now);
            case "dispatched twice":
                asset.ClaimDispatch(now, now);
                return true;
            case "dead letter":
                return asset.Dispatched(2, 1, now) && asset.ReturnLetter(2, now);
            default:
                if (!asset.Reprocess(now)) return false;
                asset.ClaimDispatch(now, now);
                return asset.Revision == 3;
        }
    }

    [Fact]
    public async Task A_slow_store_is_asked_for_many_assets_at_once()
    {
        const int AtOnce = 4;
        _room.Cleanup.Concurrency = AtOnce;
        for (var i = 0; i < AtOnce * 2; i++) await AddReadyWithObjectsAsync();
        var (asked, all) = (0, new TaskCompletionSource());
        var store = new InterruptedStore(_room.Store, async _ =>
        {
            if (Interlocked.Increment(ref asked) == AtOnce) all.SetResult();
            await all.Task.WaitAsync(TimeSpan.FromMinutes(1));
        });

        await _room.TidyAsync(store);

        asked.ShouldBe(AtOnce * 2);
    }

    private InterruptedStore Recorded(List<string> calls) => new(_room.Store, call =>
    {
        lock (calls) calls.Add(call);
        return Task.CompletedTask;
    });

    private async Task ReprocessAsync(Guid id, string recipe)
    {
        var request = DispatchRequest.For(await _room.ChangeAsync(id, a => a.Reprocess(_room.Now)));
        await _room.PutAsync(Made.Written(request, recipe));
        await _room.ChangeAsync(id, a => a.MarkReady(Made.By(request, recipe), _room.Now));
    }

    private async Task<Asset> AddReadyWithObjectsAsync()
    {
        var asset = await _room.AddReadyAsync();
        await _room.PutAsync([asset.IncomingKey, .. Published(asset)]);
        return asset;
    }

    private static List<string> Published(Asset asset) =>
        [asset.Publication.ShouldNotBeNull().Original.Key, .. asset.Publication.Variants.Select(v => v.Key)];
}
