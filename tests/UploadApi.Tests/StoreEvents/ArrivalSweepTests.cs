using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.StoreEvents;

/// <summary>Uploads whose arrival confirms them, although nobody says that they have arrived.</summary>
public sealed class ArrivalSweepTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_file_that_has_arrived_is_confirmed_by_the_next_sweep()
    {
        var asset = await AddAsync();
        await _room.SweepArrivalsAsync();
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Pending);
        await _room.PutAsync(asset.IncomingKey);

        await _room.SweepArrivalsAsync();
        await _room.SweepArrivalsAsync();

        var row = await _room.RowAsync(asset.Id);
        (row.Status, row.Work).ShouldBe((AssetStatus.Queued, WorkState.Queued));
        row.IncomingETag.ShouldNotBeNull();
        (await _room.TimelineAsync(asset.Id)).ShouldBe(["created", "confirmed"]);
    }

    [Fact]
    public async Task A_file_of_another_size_or_of_an_upload_that_does_not_ask_for_it_waits_for_its_client()
    {
        var other = await AddAsync(size: 4);
        var manual = await _room.AddAsync();
        await _room.PutAsync(other.IncomingKey, manual.IncomingKey);

        await _room.SweepArrivalsAsync();

        (await _room.RowAsync(other.Id)).Status.ShouldBe(AssetStatus.Pending);
        (await _room.RowAsync(manual.Id)).Status.ShouldBe(AssetStatus.Pending);
    }

    [Fact]
    public async Task A_file_of_unknown_size_is_confirmed_with_its_real_one_or_rejected_if_it_is_too_large()
    {
        var asks = await _room.AddAsync(Some.Upload(_room.Now, size: 10, autoConfirm: true, sizeIsBound: true));
        var waits = await _room.AddAsync(Some.Upload(_room.Now, size: 3, sizeIsBound: true));
        var large = await _room.AddAsync(Some.Upload(_room.Now, size: 2, sizeIsBound: true));
        await _room.SweepArrivalsAsync();
        await _room.PutAsync(asks.IncomingKey, waits.IncomingKey, large.IncomingKey);

        await _room.SweepArrivalsAsync();

        var confirmed = await _room.RowAsync(asks.Id);
        (confirmed.Status, confirmed.Size, confirmed.SizeIsBound).ShouldBe((AssetStatus.Queued, 3, false));
        (await _room.RowAsync(waits.Id)).Status.ShouldBe(AssetStatus.Pending, "its client confirms it");
        var rejected = await _room.RowAsync(large.Id);
        (rejected.Status, rejected.RejectionCode).ShouldBe((AssetStatus.Rejected, "too_large"));
        (await _room.KeysAsync()).ShouldNotContain(large.IncomingKey);
        (await _room.TimelineAsync(large.Id)).ShouldBe(["created", "rejected"]);
    }

    [Fact]
    public async Task Parts_of_unknown_sizes_that_are_too_large_together_are_aborted()
    {
        var asset = Some.Upload(_room.Now, size: 2, sizeIsBound: true);
        var key = ObjectKey.Parse(asset.IncomingKey);
        var id = await _room.Multipart.CreateAsync(key, new WriteOptions { ContentType = "image/jpeg" }, default);
        await _room.AddAsync(asset, a => a.BeginMultipart(id, 5 * 1024 * 1024));
        await _room.Multipart.WritePartAsync(new(key, id, 1, 3), new MemoryStream([1, 2, 3]), _room.Now.AddHours(1), default);

        await _room.SweepArrivalsAsync();
        (await _room.RowAsync(asset.Id)).RejectionCode.ShouldBe("too_large");

        await _room.TidyAsync();
        (await _room.Multipart.ListPartsAsync(key, id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Many_uploads_of_one_owner_cost_one_listing_and_one_look_at_each_that_has_arrived()
    {
        var assets = new List<Asset>();
        for (var i = 0; i < 60; i++)
        {
            assets.Add(await AddAsync());
            _room.Time.Advance(TimeSpan.FromMilliseconds(7));
        }

        await _room.PutAsync("uploads/ada/0000000000000-00ff.jpg", "uploads/ada/9999999999999-00ff.jpg");
        foreach (var arrived in assets.Where((_, i) => i is 0 or 30 or 59)) await _room.PutAsync(arrived.IncomingKey);
        var calls = new List<string>();

        await _room.SweepArrivalsAsync(Recording(calls));

        calls.Count(call => call.StartsWith("list uploads/ada/", StringComparison.Ordinal)).ShouldBe(1);
        calls.Count(call => call.StartsWith("head ", StringComparison.Ordinal)).ShouldBe(3);
        foreach (var (asset, i) in assets.Select((a, i) => (a, i)))
            (await _room.RowAsync(asset.Id)).Status.ShouldBe(i is 0 or 30 or 59 ? AssetStatus.Queued : AssetStatus.Pending);
    }

    [Fact]
    public async Task Few_uploads_cost_a_look_at_each_and_long_expired_ones_a_look_in_a_quarter_of_an_hour()
    {
        var asset = await AddAsync();
        var (calls, state) = (new List<string>(), new ArrivalSweepState());
        for (var i = 0; i < 3; i++) await _room.SweepArrivalsAsync(Recording(calls), state);
        calls.ShouldAllBe(call => call.StartsWith("head ", StringComparison.Ordinal));
        calls.Count.ShouldBe(3);

        _room.Time.Advance(Some.UrlLife + TimeSpan.FromHours(1));
        calls.Clear();
        for (var i = 0; i < 30; i++)
        {
            await _room.SweepArrivalsAsync(Recording(calls), state);
            _room.Time.Advance(TimeSpan.FromMinutes(1));
        }

        calls.Count.ShouldBe(2);
        await _room.PutAsync(asset.IncomingKey);
        _room.Time.Advance(TimeSpan.FromMinutes(15));
        await _room.SweepArrivalsAsync(state: state);
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Queued);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_changes_nothing_and_the_next_sweep_goes_on()
    {
        var asset = await AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        await _room.SweepArrivalsAsync(new InterruptedStore(_room.Store, _ => throw new IOException("It does not answer.")));
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Pending);

        await _room.SweepArrivalsAsync();
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Queued);
    }

    [Fact]
    public async Task An_upload_that_is_deleted_while_the_sweep_looks_stays_deleted()
    {
        var asset = await AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        await _room.SweepArrivalsAsync(new InterruptedStore(_room.Store, _ => _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now) || true)));

        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Deleted);
    }

    private Task<Asset> AddAsync(long size = 3) => _room.AddAsync(Some.Upload(_room.Now, size: size, autoConfirm: true));

    private InterruptedStore Recording(List<string> calls) => new(_room.Store, call =>
    {
        lock (calls) calls.Add(call);
        return Task.CompletedTask;
    });
}
