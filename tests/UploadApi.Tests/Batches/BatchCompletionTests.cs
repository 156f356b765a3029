using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Batches;

/// <summary>
/// The end of a batch comes once, when all is final: never too early, never twice, never not at all. Uses its own database on the PostgreSQL of
/// <c>./services.sh</c>.
/// </summary>
public sealed class BatchCompletionTests : IAsyncLifetime
{
    private const int Files = 100;
    private static readonly Caller Ada = new(Some.Owner);
    private static readonly ParallelOptions Together = new() { MaxDegreeOfParallelism = 20 };
    private readonly OwnPostgres _postgres = new();
    private readonly TimeProvider _time = TimeProvider.System;

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task A_hundred_confirms_and_outcomes_at_once_complete_their_batch_once()
    {
        var (batch, ids) = await AddBatchAsync();

        await WithTwoFeedsAsync(() => Parallel.ForEachAsync(ids, Together, async (id, _) => await EndAsync(id)));

        await ShouldEndOnceAsync(batch, "some_ready", [("ready", 66), ("rejected", 34)]);
    }

    [Fact]
    public async Task A_close_that_meets_confirms_completes_the_batch_once()
    {
        var (batch, ids) = await AddBatchAsync();

        await WithTwoFeedsAsync(async () =>
        {
            var uploads = Parallel.ForEachAsync(ids, Together, async (id, _) => await EndAsync(id));
            for (var i = 0; i < 5; i++)
            {
                await using var db = _postgres.Open();
                (await new CloseBatch(db, new AssetStore(db), new SweepSignal<ObjectCleanup>(), _time).RunAsync(batch, Ada, default)).ShouldBeTrue();
            }

            await uploads;
        });

        await using var after = _postgres.Open();
        var statuses = await after.Assets.Select(a => a.Status).ToListAsync();
        statuses.ShouldAllBe(status => status == AssetStatus.Ready || status == AssetStatus.Rejected || status == AssetStatus.Expired);
        await ShouldEndOnceAsync(batch, expectedOutcome: null, [.. statuses.GroupBy(s => s).Select(g => (AssetView.Word(g.Key), g.Count()))]);
    }

    [Fact]
    public async Task What_becomes_of_the_assets_later_does_not_complete_the_batch_again()
    {
        var (batch, ids) = await AddBatchAsync();
        await WithTwoFeedsAsync(() => Parallel.ForEachAsync(ids, Together, async (id, _) => await EndAsync(id)));

        await WithTwoFeedsAsync(() => Parallel.ForEachAsync(ids, Together, async (id, _) => await ChangeAsync(id, a => a.Delete(_time.GetUtcNow()))));

        await ShouldEndOnceAsync(batch, "some_ready", [("ready", 66), ("rejected", 34)]);
    }

    private async Task ShouldEndOnceAsync(Guid batch, string? expectedOutcome, (string Status, int Count)[] expected)
    {
        await using var db = _postgres.Open();
        var end = (await db.Events.AsNoTracking().Where(e => e.Kind == AssetEventKind.BatchCompleted).ToListAsync()).ShouldHaveSingleItem();
        end.AssetId.ShouldBe(batch);
        var view = JsonNode.Parse(end.Snapshot.ShouldNotBeNull())!;
        (view["status"]!.ToString(), view["total"]!.GetValue<int>(), view["assets"]!.AsArray().Count).ShouldBe(("completed", Files, Files));
        if (expectedOutcome is not null) view["outcome"]!.ToString().ShouldBe(expectedOutcome);
        view["byStatus"]!.AsObject().Select(s => (s.Key, s.Value!.GetValue<int>())).ShouldBe(expected, ignoreOrder: true);

        var last = await db.Events.Where(e => e.BatchId == batch && e.Kind != AssetEventKind.Deleted).MaxAsync(e => e.Position);
        end.Position.ShouldNotBeNull().ShouldBeGreaterThan(last!.Value, "no asset ends after its batch");
        (await db.Events.CountAsync(e => e.Position == null)).ShouldBe(0);
    }

    private async Task<(Guid Batch, List<Guid> Assets)> AddBatchAsync()
    {
        var now = _time.GetUtcNow();
        var batch = new Batch(Guid.CreateVersion7(), Ada, Files, now);
        List<Asset> assets = [.. Enumerable.Range(0, Files).Select(i => Some.Upload(now, batchId: batch.Id, batchIndex: i))];
        await using var db = _postgres.Open();
        db.Batches.Add(batch);
        await new AssetStore(db).AddAsync(assets, default);
        return (batch.Id, assets.ConvertAll(a => a.Id));
    }

    // A third of the files is rejected. A change that comes after the close does nothing.
    private async Task EndAsync(Guid id)
    {
        await ChangeAsync(id, a => a.Confirm(Some.ETag, null, _time.GetUtcNow()));
        await ChangeAsync(id, a => a.BatchIndex % 3 == 0 ? a.Reject(Some.Rejected(a), _time.GetUtcNow()) : a.MarkReady(Some.Ready(a), _time.GetUtcNow()));
    }

    private async Task ChangeAsync(Guid id, Func<Asset, bool> change)
    {
        await using var db = _postgres.Open();
        await new AssetStore(db).ChangeAsync(id, change, default);
    }

    // Two instances number events all the time, and once after the last change.
    private async Task WithTwoFeedsAsync(Func<Task> change)
    {
        using var changed = new CancellationTokenSource();
        var feeds = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var isLast = false; !isLast;)
            {
                isLast = changed.IsCancellationRequested;
                await using var db = _postgres.Open();
                await new EventFeed(db, new LocalEventSignal(), _time).RunAsync(default);
            }
        })).ToList();
        await change();
        await changed.CancelAsync();
        await Task.WhenAll(feeds);
    }
}
