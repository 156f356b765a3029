using Pipeline.Assets;
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

    private async Task<Asset> AddReadyWithObjectsAsync()
    {
        var asset = await _room.AddReadyAsync();
        await _room.PutAsync([asset.IncomingKey, .. Published(asset)]);
        return asset;
    }

    private static List<string> Published(Asset asset) =>
        [asset.Publication.ShouldNotBeNull().Original.Key, .. asset.Publication.Variants.Select(v => v.Key)];
}
