using Pipeline.Assets;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>What slows a run down, and what pauses it.</summary>
public abstract class RunPaceContract : RunRoom
{
    private protected RunPaceContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task A_waiting_upload_comes_first_and_the_run_goes_on_by_itself()
    {
        await AddReadyAsync(2);
        var run = await StartAsync();

        // Ids of one millisecond have no order, and the run takes all up to the newest of its plan.
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var upload = Some.Upload(Time.GetUtcNow());
        upload.Confirm(Some.ETag, null, Time.GetUtcNow());
        await using (var db = Open()) await new Pipeline.Assets.Persistence.AssetStore(db).AddAsync(upload, default);
        Time.Advance(TimeSpan.FromSeconds(5));

        await FeedAsync();
        ((await ViewAsync(run)).WaitingFor, (await InFlightAsync(run)).Count).ShouldBe((RunWait.Uploads, 0));
        await FinishAsync([upload.Id]);
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("scanner_unavailable", RunWait.Scanner)]
    [InlineData("storage_unavailable", RunWait.Store)]
    public async Task A_failing_scanner_or_store_stops_the_feed_until_it_works(string code, string why)
    {
        await AddReadyAsync(4);
        var run = await StartAsync(pace: new RunPaceChange(InFlight: 2));
        await FeedAsync();
        var started = await InFlightAsync(run);
        var later = new Pipeline.Assets.Dispatch.RetryPolicy(new Pipeline.Assets.Dispatch.DispatchOptions(), () => 0);
        await FinishAsync([started[0]], asset => asset.AttemptFailed(Some.Failed(asset) with { Code = code }, later, Time.GetUtcNow()));
        await FinishAsync([started[1]]);

        await FeedAsync();
        ((await ViewAsync(run)).WaitingFor, (await InFlightAsync(run)).Count).ShouldBe((why, 1));
        await FinishAsync([started[0]]);
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_window_opens_and_closes_by_the_clock_of_its_zone()
    {
        Settings.TimeZone = "Europe/Vienna";
        await AddReadyAsync(1);
        var run = await StartAsync(pace: new RunPaceChange(Window: "14:00-15:00"));
        await FeedAsync();
        (await ViewAsync(run)).WaitingFor.ShouldBe(RunWait.Window, "12:00 UTC is 13:00 in Vienna in winter");
        Time.Advance(TimeSpan.FromHours(1));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_rate_allows_so_many_a_second_and_no_more_after_a_pause()
    {
        await AddReadyAsync(60);
        var run = await StartAsync(pace: new RunPaceChange(Rate: 4));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(4);
        Time.Advance(TimeSpan.FromSeconds(2));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(12);
        Time.Advance(TimeSpan.FromHours(1));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(16);
    }

    [Fact]
    public async Task A_used_up_budget_pauses_the_run()
    {
        Settings.CpuSecondsPerAsset = 1;
        await AddReadyAsync(10);
        var run = await PlanAsync();
        var each = RunPlan.Read(run.Plan)!.DearestUsd / 10;
        each.ShouldBeGreaterThan(0);
        await ApplyAsync(run);
        await using (var db = Open())
            await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ExecuteUpdateAsync(db.Runs, row => row.SetProperty(r => r.Pace, new RunPace { BudgetUsd = each * 4 }.ToJson()));

        var view = await CompleteAsync(run);
        (view.State, view.Progress.Done).ShouldBe((RunState.Paused, 4));
        view.PausedBecause!.ShouldContain("budget");
    }

    [Fact]
    public async Task The_pace_can_change_while_a_run_goes()
    {
        await AddReadyAsync(10);
        var run = await StartAsync(pace: new RunPaceChange(InFlight: 2, Window: "12:00-13:00"));
        await FeedAsync();
        await ChangeAsync(change => change.PaceAsync(run.Id, new RunPaceChange(InFlight: 5, Window: ""), null, Operator, default));
        await FeedAsync();
        (await InFlightAsync(run)).Count.ShouldBe(5);
        (await ViewAsync(run)).Pace.Window.ShouldBeNull();
    }

    [Fact]
    public async Task A_large_run_begins_with_a_few_and_pauses_if_they_fail()
    {
        (Settings.CanaryAbove, Settings.CanaryAssets) = (20, 10);
        await AddReadyAsync(30);
        var run = await StartAsync();
        await FeedAsync();
        ((await InFlightAsync(run)).Count, (await ViewAsync(run)).WaitingFor).ShouldBe((10, RunWait.Canary));

        var paused = await CompleteAsync(run, asset => asset.Reject(Some.Rejected(asset), Time.GetUtcNow()));
        (paused.State, paused.Progress.Failed).ShouldBe((RunState.Paused, 10));
        paused.PausedBecause!.ShouldContain("10 of the first 10 assets failed");

        await ChangeAsync(change => change.ResumeAsync(run.Id, "the files are broken", Operator, default));
        var view = await CompleteAsync(run);
        (view.State, view.Progress.Done, view.Progress.Failed).ShouldBe((RunState.Completed, 20, 10));
    }

    [Fact]
    public async Task A_large_run_pauses_if_its_first_assets_write_far_more_than_planned()
    {
        (Settings.CanaryAbove, Settings.CanaryAssets) = (20, 10);
        await AddReadyAsync(30);
        var run = await StartAsync();
        var paused = await CompleteAsync(run, asset => asset.MarkReady(Larger(asset), Time.GetUtcNow()));
        (paused.State, paused.Progress.Done).ShouldBe((RunState.Paused, 10));
        paused.PausedBecause!.ShouldContain("more than 1.5 times");
    }

    [Fact]
    public async Task Too_many_failures_pause_a_run_at_any_time()
    {
        await AddReadyAsync(60);
        var ended = 0;
        var paused = await CompleteAsync(
            await StartAsync(pace: new RunPaceChange(InFlight: 20, MaxFailures: 10)),
            asset => ended++ < 20 ? asset.MarkReady(Some.Ready(asset), Time.GetUtcNow()) : asset.Reject(Some.Rejected(asset), Time.GetUtcNow()));
        (paused.State, paused.Progress.Done, paused.Progress.Failed).ShouldBe((RunState.Paused, 20, 20));
    }

    [Theory]
    [InlineData(null, "12:00", 90, 90)]
    [InlineData("22:00-06:00", "23:00", 60, 60)]
    [InlineData("22:00-06:00", "21:00", 60, 120)]
    [InlineData("22:00-06:00", "05:30", 60, 17 * 60)]
    [InlineData("03:00-03:01", "12:00", 1, (15 * 60) + 1)]
    [InlineData("03:00-03:01", "12:00", 3, (63 * 60) + 1)]
    public void The_end_counts_the_hours_of_the_window_only(string? window, string now, int work, int passed) =>
        new RunPace { Window = window }.Until(TimeOnly.Parse(now, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromMinutes(work)).ShouldBe(TimeSpan.FromMinutes(passed));

    [Fact]
    public async Task A_run_shows_an_end_once_it_was_measured_for_a_while()
    {
        await AddReadyAsync(10);
        var run = await StartAsync(pace: new RunPaceChange(InFlight: 2));
        await FeedAsync();
        await FinishAsync(await InFlightAsync(run));
        Time.Advance(TimeSpan.FromSeconds(1));
        (await ViewAsync(run)).Progress.EtaAt.ShouldBeNull();
        Time.Advance(TimeSpan.FromSeconds(29));
        (await ViewAsync(run)).Progress.EtaAt!.Value.ShouldBe(Time.GetUtcNow().AddMinutes(2), TimeSpan.FromSeconds(1));
    }

    private static Pipeline.Contracts.AssetReady Larger(Asset asset)
    {
        var ready = Some.Ready(asset, "recipe2");
        return ready with { Variants = [.. ready.Variants.Select(v => v with { Bytes = 1_000 })] };
    }
}

public sealed class SqliteRunPaceTests : RunPaceContract
{
    public SqliteRunPaceTests()
        : base(UsageDatabase.Sqlite())
    {
    }
}
