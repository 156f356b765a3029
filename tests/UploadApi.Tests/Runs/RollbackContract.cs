using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Runs;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A run is taken back: what it replaced is shown again, byte for byte, as long as it is kept.</summary>
public abstract class RollbackContract : RunRoom
{
    private protected RollbackContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task What_a_run_replaced_is_shown_again_with_its_objects()
    {
        var before = await ReadyWithObjectsAsync(3);
        var run = await ReprocessAsync();
        Time.Advance(TimeSpan.FromHours(23));
        await CleanAsync();

        var back = (await RollBackAsync(run)).ShouldBeOfType<RunChange.Done>().Run;
        await FeedAsync();

        var view = await ViewAsync(back);
        (view.State, view.Kind, view.Source, view.Progress.Done, view.Progress.Planned).ShouldBe((RunState.Completed, RunKind.Rollback, run.Id, 3, 3));
        foreach (var (asset, shown) in (await AssetsAsync()).Zip(before))
        {
            JsonSerializer.Serialize(asset.Publication).ShouldBe(JsonSerializer.Serialize(shown.Publication));
            (asset.ReadyAt, asset.PerceptualHash, asset.Revision).ShouldBe((shown.ReadyAt, shown.PerceptualHash, 2));
            asset.ProfileFingerprint.ShouldBe("00000000000000f2", "it is not stale again until its profile changes");
        }

        // The day for pages that still show the replaced variants is over, and so is that of the cleanup for silent workers.
        Time.Advance(TimeSpan.FromDays(3));
        await UpkeepAsync();
        await CleanAsync();
        (await KeysAsync()).ShouldBe(before.SelectMany(KeysOf), ignoreOrder: true);
    }

    [Fact]
    public async Task What_nobody_took_back_is_deleted_a_day_after_the_end()
    {
        var before = await ReadyWithObjectsAsync(2);
        var run = await ReprocessAsync();
        Time.Advance(TimeSpan.FromHours(25));
        await UpkeepAsync();
        await CleanAsync();

        (await RollBackAsync(run)).ShouldBeOfType<RunChange.RollbackExpired>();
        (await KeysAsync()).ShouldBe((await AssetsAsync()).SelectMany(KeysOf), ignoreOrder: true);
        (await KeysAsync()).ShouldNotContain(key => KeysOf(before[0]).Skip(1).Contains(key));
        await using var db = Open();
        (await db.ReplacedPublications.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_asset_that_has_moved_on_is_left_as_it_is()
    {
        await ReadyWithObjectsAsync(5);
        var run = await ReprocessAsync();
        var assets = await AssetsAsync();
        await using (var db = Open())
        {
            var store = new AssetStore(db);
            await store.ChangeAsync(assets[0].Id, a => a.Reprocess(Time.GetUtcNow()) && a.MarkReady(Some.Ready(a, "recipe3"), Time.GetUtcNow()), default);
            await store.ChangeAsync(assets[1].Id, a => a.Reprocess(Time.GetUtcNow()), default);
            await store.ChangeAsync(assets[2].Id, a => a.Delete(Time.GetUtcNow()), default);
            await store.ChangeAsync(assets[3].Id, a => a.Show(AssetVisibility.Private, Time.GetUtcNow()), default);
        }

        var back = (await RollBackAsync(run)).ShouldBeOfType<RunChange.Done>().Run;
        await FeedAsync();

        var view = await ViewAsync(back);
        (view.State, view.Progress.Done, view.Progress.Planned).ShouldBe((RunState.Completed, 1, 3), "what was deleted or made private does not count");
        view.Progress.SkippedBy.ShouldBe(new Dictionary<string, int> { [RunSkip.MovedOn] = 2 });
        (await AssetsAsync()).Select(a => a.Publication?.Recipe).ShouldBe(["recipe3", "recipe2", null, "recipe2", "recipe1"]);
    }

    [Fact]
    public async Task What_a_cancelled_run_has_in_flight_goes_back_too()
    {
        await ReadyWithObjectsAsync(5);
        var (run, back) = await CancelInFlightAsync();

        await FeedAsync();
        var waiting = await ViewAsync(back);
        (waiting.State, waiting.WaitingFor, waiting.Progress.Done, waiting.Progress.Planned).ShouldBe((RunState.Running, RunWait.InFlight, 0, 5));

        await FinishAsync(await InFlightAsync(run), Newer);
        await FeedAsync();
        var view = await ViewAsync(back);
        (view.State, view.Progress.Done).ShouldBe((RunState.Completed, 5));
        (await AssetsAsync()).ShouldAllBe(asset => asset.Publication!.Recipe == "recipe1");
    }

    [Fact]
    public async Task A_rollback_waits_for_an_asset_that_does_not_end_for_some_minutes_only()
    {
        await ReadyWithObjectsAsync(5);
        var (run, back) = await CancelInFlightAsync();
        var stuck = (await InFlightAsync(run))[^1];
        await FinishAsync((await InFlightAsync(run)).Where(id => id != stuck), Newer);
        await FeedAsync();
        (await ViewAsync(back)).State.ShouldBe(RunState.Running);

        Time.Advance(TimeSpan.FromMinutes(5));
        await FeedAsync();

        var view = await ViewAsync(back);
        (view.State, view.Progress.Done, view.Progress.Skipped).ShouldBe((RunState.Completed, 4, 1), "one asset of the plan has not changed yet");
    }

    [Fact]
    public async Task Only_an_ended_run_that_replaced_something_is_taken_back_and_only_by_one_at_a_time()
    {
        await ReadyWithObjectsAsync(2);
        var planned = await PlanAsync();
        (await RollBackAsync(planned)).ShouldBe(new RunChange.WrongState(RunState.Planned));
        await ApplyAsync(planned);
        (await RollBackAsync(planned)).ShouldBe(new RunChange.WrongState(RunState.Running));
        await CompleteAsync(planned);

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => RollBackAsync(planned))));
        var back = answers.OfType<RunChange.Done>().ShouldHaveSingleItem().Run;
        answers.OfType<RunChange.Active>().Select(active => active.Id).ShouldBe([back.Id, back.Id]);
        await FeedAsync();
        (await RollBackAsync(back)).ShouldBe(new RunChange.WrongState(RunState.Completed), "a rollback replaces nothing");
        (await RollBackAsync(new Run { Id = Guid.NewGuid(), TenantId = "default", Kind = "", State = "", Filter = "", Plan = "", Pace = "", LastId = default, Planned = 0, PlannedBy = "", CreatedAt = default, ExpiresAt = default }))
            .ShouldBeOfType<RunChange.NotFound>();
    }

    private async Task<IReadOnlyList<Asset>> ReadyWithObjectsAsync(int count)
    {
        var assets = await AddReadyAsync(count);
        await PutAsync(assets.SelectMany(KeysOf));
        return await AssetsAsync();
    }

    private async Task<Run> ReprocessAsync()
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        var run = await StartAsync();
        (await CompleteAsync(run, Newer)).State.ShouldBe(RunState.Completed);
        await PutAsync((await AssetsAsync()).SelectMany(KeysOf));
        return run;
    }

    private bool Newer(Asset asset) => asset.MarkReady(Some.Ready(asset, "recipe2") with { ProfileFingerprint = "00000000000000f2" }, Time.GetUtcNow());

    /// <summary>Cancels a run while all its assets are in flight, and rolls it back at once.</summary>
    private async Task<(Run Run, Run Back)> CancelInFlightAsync()
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        var run = await StartAsync();
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(5);
        (await ChangeAsync(change => change.CancelAsync(run.Id, "a test", Operator, default))).ShouldBeOfType<RunChange.Done>();
        return (run, (await RollBackAsync(run)).ShouldBeOfType<RunChange.Done>().Run);
    }

    private async Task<RunChange> RollBackAsync(Run run)
    {
        await using var db = Open();
        return await new RollBackRun(db, Start(db), Time).RunAsync(run.Id, "a test", Operator, default);
    }

    private async Task UpkeepAsync()
    {
        await using var db = Open();
        await new RunUpkeep(db, new AssetStore(db), Options.Create(Settings), Time).RunAsync(default);
    }

    private async Task CleanAsync()
    {
        // Until nothing is due: each look may make another one due.
        var options = Options.Create(new CleanupOptions { Concurrency = 1 });
        await using var services = new ServiceCollection().AddScoped<AssetDbContext>(_ => Open()).AddScoped(scope =>
        {
            var own = scope.GetRequiredService<AssetDbContext>();
            var (assets, areas) = (new AssetStore(own), Areas());
            var publicObjects = new PublicObjects(own, areas, new NoCache(), new SweepSignal<CachePurgeSweep>(), Time);
            return new AssetCleanup(
                assets, new NeededKeys(own, options), areas, Uploads(), new VariantMove(assets, areas, publicObjects, Time, NullLogger<VariantMove>.Instance), publicObjects,
                new SweepSignal<Dispatcher>(), options, Time, NullLogger<AssetCleanup>.Instance);
        }).BuildServiceProvider();
        await using var db = Open();
        for (var round = 0; round < 3; round++)
            await new ObjectCleanup(db, new AssetStore(db), services.GetRequiredService<IServiceScopeFactory>(), options, Time).RunAsync(default);
    }

    private async Task PutAsync(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            await Areas().Public.WriteAsync(ObjectKey.Parse(key), new MemoryStream([1]), 1, new WriteOptions { ContentType = "image/jpeg" }, default);
    }

    private async Task<List<string>> KeysAsync() => await Areas().Public.ListAsync("", default).Select(found => found.Key.Value).ToListAsync();

    private static IEnumerable<string> KeysOf(Asset asset) =>
        asset.Publication is { } shown ? [shown.Original.Key, .. shown.Variants.Select(v => v.Key)] : [];
}

public sealed class SqliteRollbackTests() : RollbackContract(UsageDatabase.Sqlite());

public sealed class PostgresRollbackTests() : RollbackContract(UsageDatabase.Postgres());
