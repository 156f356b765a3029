using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.Storage.Costs;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Rescans;

/// <summary>A rescan reaches each published asset once, and only malware withdraws one.</summary>
public abstract class RescanContract : RescanRoom
{
    private protected RescanContract(UsageDatabase database)
        : base(database)
    {
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1_000_000_000d, 0.01)]
    public async Task A_plan_counts_the_time_of_the_scanner_by_the_bytes_if_it_is_known_what_a_gigabyte_takes(double? each, double? hours)
    {
        await AddReadyAsync(12);
        await using var db = Open();
        var forecast = new RunForecast(
            db, Options.Create(Settings), Options.Create(new PricesOptions()), Time, Options.Create(new RescanOptions { CpuSecondsPerGigabyte = each }));
        var plan = await forecast.OfAsync(new RunRequest(RunKind.Rescan, new RunFilter { All = true }, new RunPaceChange(), null), db.Assets, default);
        (plan.Bytes, plan.CpuHours).ShouldBe((36, hours));
        RunPlan.Read(plan.ToJson())!.CpuHours.ShouldBe(hours, "also once it is stored");
    }

    [Fact]
    public async Task Each_asset_is_scanned_once_the_newest_first_and_an_answer_that_comes_twice_counts_once()
    {
        var assets = await AddReadyInOrderAsync(12);
        await AddFailedAsync(1);
        var run = await RescanAsync(new RunPaceChange(InFlight: 5));
        var order = new List<Guid>();
        while ((await ViewAsync(run)).State == RunState.Running)
        {
            await FeedAsync();
            var mine = await InFlightAsync(run);
            order.AddRange(mine.OrderDescending());
            await CleanAsync(run, mine);
            await CleanAsync(run, mine);
        }

        var view = await ViewAsync(run);
        (view.State, view.Progress.Planned, view.Progress.Done, view.Progress.Failed, view.Progress.BytesWritten).ShouldBe((RunState.Completed, 12, 12, 0, 36L));
        order.ShouldBe(assets.Select(a => a.Id).Reverse());
        foreach (var asset in (await AssetsAsync()).Where(a => a.Status == AssetStatus.Ready))
            (asset.ScannedAt, asset.ScannedWith, asset.Revision, asset.Version).ShouldBe((Time.GetUtcNow(), 27500, 1, assets.Single(a => a.Id == asset.Id).Version), "nothing that anyone sees has changed");
    }

    [Fact]
    public async Task A_hit_withdraws_the_asset_with_all_its_objects_and_says_which_signature()
    {
        var assets = await AddReadyInOrderAsync(8);
        await PutAsync(assets.SelectMany(KeysOf));

        // A run replaced the first publication, which is kept for a rollback.
        var replaced = await StartAsync();
        await FeedAsync();
        await FinishAsync(await InFlightAsync(replaced), asset => asset.MarkReady(Some.Ready(asset, "recipe2"), Time.GetUtcNow()));
        await FeedAsync();
        var before = await AssetsAsync();
        await PutAsync(before.SelectMany(KeysOf));
        var bad = before[3];
        var run = await RescanAsync();
        await FeedAsync();
        await InfectedAsync(run, [bad.Id]);
        await CleanAsync(run, await InFlightAsync(run));
        await FeedAsync();
        await TidyAsync();

        var (after, view) = (await AssetsAsync(), await ViewAsync(run));
        (view.State, view.Progress.Done, view.Progress.Failed, view.Progress.FailedBy["infected"]).ShouldBe((RunState.Completed, 7, 1, 1));
        after.Where(a => a.Id != bad.Id).ShouldAllBe(a => a.Status == AssetStatus.Ready);
        var gone = after.Single(a => a.Id == bad.Id);
        (gone.Status, gone.RejectionCode, gone.Publication).ShouldBe((AssetStatus.Rejected, "infected", null));
        gone.RejectionReason.ShouldBe($"Malware was found by a later scan: {Signature}, by {Scanner}.");
        var left = await KeysAsync();
        left.ShouldNotContain(key => key.Contains($"{bad.Id}", StringComparison.Ordinal));
        left.ShouldBe(before.Where(a => a.Id != bad.Id).SelectMany(KeysOf).Concat(assets.Where(a => a.Id != bad.Id).SelectMany(KeysOf)).Distinct(), ignoreOrder: true);
        Cache.Urls.ShouldBe(KeysOf(bad).Concat(KeysOf(assets[3])).Where(k => !k.StartsWith("originals/", StringComparison.Ordinal)).Select(k => $"http://localhost/public/{k}").Distinct(), ignoreOrder: true);
        await using var db = Open();
        var lines = await db.Events.AsNoTracking().Where(e => e.AssetId == bad.Id).OrderBy(e => e.Sequence).ToListAsync();
        lines[^2].Sentence().ShouldBe($"Scanned by {Scanner}.");
        lines[^1].Sentence().ShouldBe($"infected: Malware was found by a later scan: {Signature}, by {Scanner}.");
        (lines[^1].Kind, lines[^1].Snapshot is null).ShouldBe((AssetEventKind.Rejected, false), "it is delivered");
    }

    [Fact]
    public async Task A_hit_stops_a_revision_in_work_and_its_late_outcome_publishes_nothing()
    {
        var asset = (await AddReadyInOrderAsync(1)).Single();
        var run = await RescanAsync();
        await FeedAsync();
        await FinishAsync([asset.Id], a => a.Reprocess(Time.GetUtcNow()));
        await InfectedAsync(run, [asset.Id]);
        await FinishAsync([asset.Id], a => a.MarkReady(Some.Ready(a, "recipe2"), Time.GetUtcNow()));

        var after = (await AssetsAsync()).Single();
        (after.Status, after.Publication, after.DispatchAt).ShouldBe((AssetStatus.Rejected, null, null));
    }

    [Theory]
    [InlineData(FailureCode.ScannerUnavailable, 3)]
    [InlineData(FailureCode.StorageUnavailable, 3)]
    [InlineData(FailureCode.Internal, 3)]
    [InlineData(FailureCode.OriginalDiffers, 1)]
    [InlineData(FailureCode.SourceMissing, 1)]
    [InlineData(RejectionCode.ScanLimitExceeded, 1)]
    public async Task A_fault_withdraws_nothing_and_counts_by_its_code(string code, int attempts)
    {
        var before = await AddReadyInOrderAsync(4);
        var run = await RescanAsync(new RunPaceChange(MaxFailures: 100));
        var asked = 0;
        for (var round = 0; (await ViewAsync(run)).State == RunState.Running && round < 20; round++)
        {
            await FeedAsync();
            var mine = await InFlightAsync(run);
            asked += mine.Count;
            await FailedAsync(run, mine, code);
            Time.Advance(TimeSpan.FromHours(1));
        }

        var view = await ViewAsync(run);
        (view.State, view.Progress.Failed, view.Progress.FailedBy[code], asked).ShouldBe((RunState.Completed, 4, 4, 4 * attempts));
        foreach (var (after, was) in (await AssetsAsync()).Zip(before.OrderBy(a => a.Id)))
            (after.Status, after.Version, after.ScannedAt, after.Publication!.Recipe).ShouldBe((AssetStatus.Ready, was.Version, was.ScannedAt, was.Publication!.Recipe));
    }

    [Fact]
    public async Task While_the_scanner_fails_the_run_starts_nothing_and_then_goes_on_by_itself()
    {
        await AddReadyInOrderAsync(4);
        var run = await RescanAsync(new RunPaceChange(InFlight: 2));
        await FeedAsync();
        var first = await InFlightAsync(run);
        await FailedAsync(run, first, FailureCode.ScannerUnavailable);
        await CleanAsync(run, first.Take(1));
        await FeedAsync();

        ((await ViewAsync(run)).WaitingFor, (await InFlightAsync(run)).Count).ShouldBe((RunWait.Scanner, 1));
        await CleanAsync(run, first.Skip(1));
        await FeedAsync();
        ((await ViewAsync(run)).WaitingFor, (await InFlightAsync(run)).Count).ShouldBe((RunWait.InFlight, 2));
    }

    [Fact]
    public async Task An_asset_that_its_owner_deletes_meanwhile_is_skipped_whatever_the_answer()
    {
        var assets = await AddReadyInOrderAsync(4);
        var run = await RescanAsync();
        await FeedAsync();
        await FinishAsync(assets.Select(a => a.Id), a => a.Delete(Time.GetUtcNow()));
        await CleanAsync(run, [assets[0].Id]);
        await InfectedAsync(run, [assets[1].Id]);
        await FailedAsync(run, [assets[2].Id], FailureCode.SourceMissing);
        await using var bus = await RequestBus.StartAsync();
        await DispatchAsync(bus);
        await FeedAsync();

        var view = await ViewAsync(run);
        (view.State, view.Progress.Skipped, view.Progress.SkippedBy["deleted"]).ShouldBe((RunState.Completed, 4, 4));
        bus.Rescans.ShouldBeEmpty();
        (await AssetsAsync()).ShouldAllBe(a => a.Status == AssetStatus.Deleted);
    }

    [Fact]
    public async Task The_bytes_of_a_day_are_shared_by_all_tenants_and_instances_and_the_run_goes_on_the_next_day()
    {
        Rescans.BytesPerDay = 10;
        await AddReadyInOrderAsync(5);
        await AddReadyAsync(1, "acme");
        var run = await RescanAsync();
        await FeedAsync();
        await FeedAsync();

        // Each has 3 bytes.
        var first = await InFlightAsync(run);
        ((await ViewAsync(run)).WaitingFor, first.Count).ShouldBe((RunWait.DailyBytes, 3));
        await CleanAsync(run, first);
        await FeedAsync();
        ((await ViewAsync(run)).State, (await InFlightAsync(run)).Count).ShouldBe((RunState.Running, 0));
        Time.Advance(TimeSpan.FromDays(1));
        await FeedAsync();
        await CleanAsync(run, await InFlightAsync(run));
        await FeedAsync();
        ((await ViewAsync(run)).State, (await ViewAsync(run)).Progress.Done).ShouldBe((RunState.Completed, 5));
        await using var db = Open();
        (await db.RescanDays.OrderBy(d => d.Day).Select(d => d.Bytes).ToListAsync()).ShouldBe([9, 6]);
    }

    [Fact]
    public async Task An_original_that_is_larger_than_a_day_has_a_day_of_its_own()
    {
        Rescans.BytesPerDay = 2;
        await AddReadyInOrderAsync(2);
        var run = await RescanAsync();
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(1);
        Time.Advance(TimeSpan.FromDays(1));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(2);
    }

    private protected async Task<List<Asset>> AddReadyInOrderAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await AddReadyAsync(1);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        return [.. (await AssetsAsync()).Where(a => a.Status == AssetStatus.Ready)];
    }
}

public sealed class SqliteRescanTests() : RescanContract(UsageDatabase.Sqlite());

public sealed class PostgresRescanTests() : RescanContract(UsageDatabase.Postgres());
