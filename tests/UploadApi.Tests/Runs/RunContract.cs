using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A run reaches each of its assets once, and its counters add up.</summary>
public abstract class RunContract : RunRoom
{
    private protected RunContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task Each_asset_is_processed_once_and_the_counters_add_up()
    {
        await AddReadyAsync(130);
        var run = await StartAsync(pace: new RunPaceChange(InFlight: 40, MaxFailures: 100));
        var ended = 0;

        var view = await CompleteAsync(run, asset => (ended++ % 10) switch
        {
            0 => asset.Reject(Some.Rejected(asset), Time.GetUtcNow()),
            1 => asset.AttemptFailed(Some.Failed(asset), Never, Time.GetUtcNow()),
            2 => asset.Delete(Time.GetUtcNow()),
            _ => asset.MarkReady(Some.Ready(asset), Time.GetUtcNow()),
        });

        view.State.ShouldBe(RunState.Completed);
        var progress = view.Progress;
        (progress.Planned, progress.Done, progress.Skipped, progress.Failed, progress.InFlight).ShouldBe((130, 91, 13, 26, 0));
        progress.FailedBy.ShouldBe(new Dictionary<string, int> { ["corrupt"] = 13, ["scanner_unavailable"] = 13 }, ignoreOrder: true);
        progress.SkippedBy.ShouldBe(new Dictionary<string, int> { ["deleted"] = 13 });
        (await AssetsAsync()).ShouldAllBe(asset => asset.Revision == 2);
        await using var db = Open();
        (await db.RunItems.CountAsync()).ShouldBe(26, "only failures keep a row");
    }

    [Fact]
    public async Task An_upload_after_the_plan_and_other_tenants_stay_as_they_are()
    {
        await AddReadyAsync(3);
        var run = await PlanAsync();
        Time.Advance(TimeSpan.FromMinutes(1));
        var late = (await AddReadyAsync(1)).Single().Id;
        var other = (await AddReadyAsync(1, "acme")).Single().Id;
        await ApplyAsync(run);

        (await CompleteAsync(run)).Progress.Done.ShouldBe(3);
        (await AssetsAsync()).Where(a => a.Id == late || a.Id == other).ShouldAllBe(a => a.Revision == 1);
    }

    [Fact]
    public async Task An_asset_that_no_longer_matches_is_counted_as_skipped()
    {
        var assets = await AddReadyAsync(4);
        var run = await StartAsync();
        await FinishAsync([assets[1].Id, assets[2].Id], asset => asset.Delete(Time.GetUtcNow()));

        var progress = (await CompleteAsync(run)).Progress;
        (progress.Planned, progress.Done, progress.Skipped, progress.SkippedBy["changed"]).ShouldBe((4, 2, 2, 2));
    }

    [Fact]
    public async Task A_revision_that_waits_already_serves_the_run()
    {
        var asset = (await AddReadyAsync(1)).Single();
        await FinishAsync([asset.Id], a => a.Reprocess(Time.GetUtcNow()));

        (await CompleteAsync(await StartAsync())).Progress.Done.ShouldBe(1);
        (await AssetsAsync()).Single().Revision.ShouldBe(2);
    }

    [Fact]
    public async Task A_step_that_lost_its_lease_or_its_run_changes_nothing()
    {
        await AddReadyAsync(5);
        var run = await StartAsync();
        await using (var db = Open())
            (await new RunStep(db, Budget(db), Time).RunAsync(run, new RunFilter { All = true }, 10, Guid.NewGuid(), default)).ShouldBeNull("another instance has the lease");

        (await AssetsAsync()).ShouldAllBe(asset => asset.Revision == 1);
        (await InFlightAsync(run)).ShouldBeEmpty();
        (await CompleteAsync(run)).Progress.Done.ShouldBe(5);
    }

    [Fact]
    public async Task A_killed_feeder_leaves_a_lease_that_ends_one_sweep_before_half_a_minute()
    {
        await AddReadyAsync(2);
        var run = await StartAsync();
        await using (var db = Open())
            await db.Runs.ExecuteUpdateAsync(row => row.SetProperty(r => r.LeaseOwner, Guid.NewGuid()).SetProperty(r => r.LeaseUntil, Time.GetUtcNow() + RunFeeder.Lease));

        await FeedAsync();
        (await InFlightAsync(run)).ShouldBeEmpty();

        // The next sweep may have been just before the end of the lease.
        Time.Advance(TimeSpan.FromSeconds(30 - new DispatchOptions().SweepSeconds));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_killed_process_has_not_dispatched_is_due()
    {
        await AddReadyAsync(3);
        await StartAsync();
        await FeedAsync();

        (await AssetsAsync()).ShouldAllBe(asset => asset.DispatchAt <= Time.GetUtcNow() && asset.IsInLine && !asset.IsAwaited);
    }

    [Fact]
    public async Task Outcomes_count_while_a_run_is_paused_and_after_it_is_cancelled()
    {
        await AddReadyAsync(6);
        var run = await StartAsync(pace: new RunPaceChange(InFlight: 2));
        await FeedAsync();
        (await ChangeAsync(change => change.PauseAsync(run.Id, "lunch", Operator, default))).ShouldBeOfType<RunChange.Done>();
        await FinishAsync((await InFlightAsync(run)).Take(1));
        await FeedAsync();
        var paused = await ViewAsync(run);
        (paused.State, paused.PausedBecause, paused.Progress.Done, paused.Progress.InFlight).ShouldBe((RunState.Paused, "olga paused it: lunch", 1, 1));

        await ChangeAsync(change => change.ResumeAsync(run.Id, null, Operator, default));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(2);
        await ChangeAsync(change => change.CancelAsync(run.Id, null, Operator, default));
        await FinishAsync(await InFlightAsync(run));
        await FeedAsync();
        var cancelled = await ViewAsync(run);
        (cancelled.State, cancelled.Progress.Done, cancelled.Progress.InFlight).ShouldBe((RunState.Cancelled, 3, 0));
        (await AssetsAsync()).Count(asset => asset.Revision == 1).ShouldBe(3);
    }

    [Fact]
    public async Task What_fails_again_is_not_taken_twice()
    {
        await AddFailedAsync(5);
        var view = await CompleteAsync(
            await StartAsync(RunKind.Retry, pace: new RunPaceChange(InFlight: 2, MaxFailures: 100)), asset => asset.AttemptFailed(Some.Failed(asset), Never, Time.GetUtcNow()));

        (view.Progress.Failed, view.Progress.Planned).ShouldBe((5, 5));
        (await AssetsAsync()).ShouldAllBe(asset => asset.Revision == 2);
    }

    [Fact]
    public async Task A_discard_deletes_failed_assets_only()
    {
        var (failed, ready) = (await AddFailedAsync(3), await AddReadyAsync(2));
        var run = await PlanAsync(RunKind.Discard);
        (await ApplyAsync(run, Operator)).ShouldBeOfType<RunChange.AdminOnly>();
        await ApplyAsync(run);

        (await CompleteAsync(run)).Progress.Done.ShouldBe(3);
        var assets = await AssetsAsync();
        assets.Where(a => failed.Any(f => f.Id == a.Id)).ShouldAllBe(a => a.Status == AssetStatus.Deleted);
        assets.Where(a => ready.Any(f => f.Id == a.Id)).ShouldAllBe(a => a.Status == AssetStatus.Ready);
    }

    [Fact]
    public async Task An_outcome_that_an_older_version_wrote_is_counted_late()
    {
        await AddReadyAsync(2);
        var run = await StartAsync();
        await FeedAsync();
        await using (var db = Open())
            await db.Assets.ExecuteUpdateAsync(row => row.SetProperty(a => a.Work, WorkState.Idle).SetProperty(a => a.FailureCode, "internal"));

        await FeedAsync();
        var view = await ViewAsync(run);
        (view.Progress.Failed, view.Progress.InFlight).ShouldBe((2, 0));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_skipped()
    {
        var assets = await AddReadyAsync(3);
        await using (var db = Open()) await db.Database.ExecuteSqlAsync($"UPDATE assets SET \"Publication\" = '[' WHERE \"Id\" = {assets[1].Id}");
        await using (var db = Open())
        {
            var run = await StartAsync();
            await FeedAsync();
            await FinishAsync(await InFlightAsync(run));
            await FeedAsync();
            var view = await ViewAsync(run);
            (view.State, view.Progress.Done, view.Progress.SkippedBy.GetValueOrDefault("unreadable")).ShouldBe((RunState.Completed, 2, 1));
        }
    }
}

public sealed class SqliteRunTests : RunContract
{
    public SqliteRunTests()
        : base(UsageDatabase.Sqlite())
    {
    }
}
