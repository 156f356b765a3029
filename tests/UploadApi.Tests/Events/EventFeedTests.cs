using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Events;

/// <summary>A reader with a cursor meets each event once, in one order, whenever its transaction commits.</summary>
public abstract class EventFeedContract
{
    private protected static DateTimeOffset Now { get; } = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    [Fact]
    public async Task Events_of_the_status_are_delivered_and_others_are_not()
    {
        await AddReadyAsync();

        (await ReadAsync(0)).Select(e => e.Kind).ShouldBe([AssetEventKind.Confirmed, AssetEventKind.Ready]);
    }

    [Fact]
    public async Task A_cursor_goes_on_where_it_was()
    {
        await AddReadyAsync();
        var first = await ReadAsync(0);
        await AddReadyAsync();

        var second = await ReadAsync(first[^1].Position!.Value);

        second.Count.ShouldBe(2);
        second.Select(e => e.AssetId).ShouldAllBe(id => id != first[0].AssetId);
    }

    [Fact]
    public async Task The_events_of_an_asset_come_in_their_order()
    {
        for (var i = 0; i < 20; i++) await AddReadyAsync();

        foreach (var events in (await ReadAsync(0)).GroupBy(e => e.AssetId)) events.Select(e => e.Sequence).ShouldBeInOrder();
    }

    [Fact]
    public async Task Instances_that_number_at_once_give_each_number_once()
    {
        for (var i = 0; i < 10; i++) await AddReadyAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(NumberAsync)));

        (await ReadAsync(0)).Select(e => e.Position!.Value).ShouldBe(Enumerable.Range(1, 20).Select(i => (long)i));
    }

    [Fact]
    public async Task Readers_are_told_once_events_are_numbered()
    {
        await AddReadyAsync();
        var signal = new LocalEventSignal();
        var next = signal.Next;

        await using var db = Open();
        await new EventFeed(db, signal, TimeProvider.System).RunAsync(default);

        next.IsCompleted.ShouldBeTrue();
        signal.Next.IsCompleted.ShouldBeFalse();
    }

    private protected abstract AssetDbContext Open();

    private protected async Task AddReadyAsync()
    {
        var asset = Some.Upload(Now);
        asset.Confirm(Some.ETag, null, Now).ShouldBeTrue();
        asset.MarkReady(Some.Ready(asset), Now).ShouldBeTrue();
        await using var db = Open();
        await new AssetStore(db).AddAsync(asset, default);
    }

    private protected async Task NumberAsync()
    {
        await using var db = Open();
        await new EventFeed(db, new LocalEventSignal(), TimeProvider.System).RunAsync(default);
    }

    private protected async Task<List<AssetEvent>> ReadAsync(long after)
    {
        await NumberAsync();
        await using var db = Open();
        return await new EventFeed(db, new LocalEventSignal(), TimeProvider.System).ReadAsync(after, 100, default);
    }

    public sealed class OnSqlite : EventFeedContract, IDisposable
    {
        private readonly Backroom _room = new();

        public void Dispose() => _room.Dispose();

        private protected override AssetDbContext Open() => _room.Open();
    }

    public sealed class OnPostgres : EventFeedContract, IAsyncLifetime
    {
        private readonly OwnPostgres _postgres = new();

        public async Task InitializeAsync()
        {
            await using var db = _postgres.Open();
            await db.Database.MigrateAsync();
        }

        public Task DisposeAsync() => _postgres.DropAsync();

        [Fact]
        public async Task A_transaction_that_commits_late_loses_no_event_and_delays_no_other()
        {
            await using var late = Open();
            var slow = Some.Upload(Now);
            late.Assets.Add(slow);
            await late.SaveChangesAsync();
            await using var transaction = await late.Database.BeginTransactionAsync();
            slow.Confirm(Some.ETag, null, Now).ShouldBeTrue();
            await late.SaveChangesAsync();
            await AddReadyAsync();

            var before = await ReadAsync(0);
            before.Count.ShouldBe(2, "what has committed does not wait for the open transaction");
            before.ShouldNotContain(e => e.AssetId == slow.Id);

            await transaction.CommitAsync();
            (await ReadAsync(before[^1].Position!.Value)).ShouldHaveSingleItem().AssetId.ShouldBe(slow.Id);
        }

        private protected override AssetDbContext Open() => _postgres.Open();
    }
}
