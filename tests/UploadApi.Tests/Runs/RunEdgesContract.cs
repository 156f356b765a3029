using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>Runs at the edges: operators at the same moment, a rollback beside a run, nights with a change of the clock.</summary>
public abstract class RunEdgesContract : RunRoom
{
    private protected RunEdgesContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task A_plan_that_several_apply_at_once_starts_once()
    {
        await AddReadyAsync(3);
        var plan = await PlanAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => ApplyAsync(plan))));

        results.OfType<RunChange.Done>().ShouldHaveSingleItem();
        results.Where(result => result is not RunChange.Done).ShouldAllBe(result => result is RunChange.PlanUsed || result is RunChange.Active);
        (await CompleteAsync(plan)).Progress.Done.ShouldBe(3);
        (await AssetsAsync()).ShouldAllBe(asset => asset.Revision == 2);
        await using var db = Open();
        (await db.AuditLines.CountAsync(line => line.Verb == "run.apply")).ShouldBe(1, "a change that was not made has no line of a change");
    }

    [Fact]
    public async Task A_run_that_has_ended_cannot_be_applied_again_but_another_plan_can()
    {
        await AddReadyAsync(1);
        var plan = await PlanAsync();
        await ApplyAsync(plan);
        await CompleteAsync(plan);
        (await ApplyAsync(plan)).ShouldBe(new RunChange.PlanUsed(RunState.Completed));
        (await ApplyAsync(await PlanAsync())).ShouldBeOfType<RunChange.Done>();
    }

    [Fact]
    public async Task A_plan_of_the_profiles_of_today_is_not_stale_and_one_of_yesterday_is()
    {
        await AnnounceAsync("00000000000000f1");
        var yesterday = await PlanAsync();
        await AnnounceAsync("00000000000000f2");
        var today = await PlanAsync();
        (await ApplyAsync(yesterday)).ShouldBeOfType<RunChange.PlanStale>().Profiles.ShouldBe(["web"]);
        (await ApplyAsync(today)).ShouldBeOfType<RunChange.Done>();
        (await ViewAsync(yesterday)).State.ShouldBe(RunState.Planned, "nothing has started");
    }

    [Fact]
    public async Task An_unknown_profile_is_answered_with_the_known_ones()
    {
        await AnnounceAsync("00000000000000f1");
        await using var db = Open();
        var errors = await new RunRequestCheck(db).ErrorsAsync(new RunRequest(RunKind.Reprocess, new RunFilter { Profile = "wbe" }, new RunPaceChange(), null), default);
        errors["filter.profile"].ShouldBe(["must be one of web"]);
    }

    [Fact]
    public async Task A_rollback_beside_another_run_takes_back_what_that_one_has_not_begun()
    {
        await AddReadyAsync(4);
        var first = await StartAsync();
        await CompleteAsync(first, Shows("recipe2"));
        var second = await StartAsync(pace: new RunPaceChange(InFlight: 2));
        await FeedAsync();
        var working = await InFlightAsync(second);
        working.Count.ShouldBe(2);

        var back = (await RollBackAsync(first)).ShouldBeOfType<RunChange.Done>().Run;
        await FeedAsync();

        (await ViewAsync(back)).Progress.ShouldSatisfyAllConditions(p => p.Done.ShouldBe(2), p => p.SkippedBy.ShouldBe(new Dictionary<string, int> { [RunSkip.MovedOn] = 2 }));
        (await AssetsAsync()).ShouldAllBe(a => a.Publication!.Recipe == (working.Contains(a.Id) ? "recipe2" : "recipe1"));

        // The other run goes on with what is shown now, and can itself be taken back to it.
        (await CompleteAsync(second, Shows("recipe3"))).Progress.Done.ShouldBe(4);
        (await AssetsAsync()).ShouldAllBe(a => a.Publication!.Recipe == "recipe3");
        (await RollBackAsync(second)).ShouldBeOfType<RunChange.Done>();
        await FeedAsync();
        (await AssetsAsync()).ShouldAllBe(a => a.Publication!.Recipe == (working.Contains(a.Id) ? "recipe2" : "recipe1"));
    }

    [Fact]
    public async Task A_run_begins_within_a_window_over_midnight_and_starts_nothing_after_it()
    {
        await AddReadyAsync(3);
        var run = await StartAsync(pace: new RunPaceChange(InFlight: 1, Window: "22:00-06:00"));
        await FeedAsync();
        ((await ViewAsync(run)).WaitingFor, (await InFlightAsync(run)).Count).ShouldBe((RunWait.Window, 0), "it is noon");
        foreach (var hours in (int[])[10, 7])
        {
            Time.Advance(TimeSpan.FromHours(hours));
            await FeedAsync();
            (await InFlightAsync(run)).Count.ShouldBe(1);
            await FinishAsync(await InFlightAsync(run));
        }

        Time.Advance(TimeSpan.FromHours(1));
        await FeedAsync();
        var view = await ViewAsync(run);
        (view.WaitingFor, view.State, view.Progress.Done, view.Progress.InFlight).ShouldBe((RunWait.Window, RunState.Running, 2, 0), "it is six");
    }

    [Fact]
    public async Task A_budget_that_is_raised_goes_on_to_the_end_and_counts_from_the_beginning()
    {
        await AddReadyAsync(10);
        var plan = await PlanAsync();
        var each = RunPlan.Read(plan.Plan)!.DearestUsd / 10;
        await ApplyAsync(plan);
        foreach (var assets in (int[])[3, 7])
        {
            await using (var db = Open()) await db.Runs.ExecuteUpdateAsync(row => row.SetProperty(r => r.Pace, new RunPace { BudgetUsd = each * assets }.ToJson()));
            await ChangeAsync(change => change.ResumeAsync(plan.Id, null, Operator, default));
            var paused = await CompleteAsync(plan);
            (paused.State, paused.Progress.Done).ShouldBe((RunState.Paused, assets));
        }

        await ChangeAsync(change => change.PaceAsync(plan.Id, new RunPaceChange(BudgetUsd: 100), null, Operator, default));
        await ChangeAsync(change => change.ResumeAsync(plan.Id, null, Operator, default));
        (await CompleteAsync(plan)).Progress.Done.ShouldBe(10);
    }

    private Func<Asset, bool> Shows(string recipe) => asset => asset.MarkReady(Some.Ready(asset, recipe), Time.GetUtcNow());

    private async Task<RunChange> RollBackAsync(Run run)
    {
        await using var db = Open();
        return await new RollBackRun(db, Start(db), Time).RunAsync(run.Id, "a test", Operator, default);
    }

    private async Task AnnounceAsync(string fingerprint)
    {
        await using var db = Open();
        await db.Profiles.ExecuteDeleteAsync();
        db.Profiles.Add(new CurrentProfile { Name = "web", Fingerprint = fingerprint, Engine = "e", AnnouncedAt = Time.GetUtcNow() });
        await db.SaveChangesAsync();
    }
}

public sealed class SqliteRunEdgesTests() : RunEdgesContract(UsageDatabase.Sqlite());

public sealed class PostgresRunEdgesTests() : RunEdgesContract(UsageDatabase.Postgres());

/// <summary>The hours of a window follow the clock on the wall, also in the nights in which it changes.</summary>
public sealed class RunWindowTests
{
    [Theory]
    [InlineData("22:00-06:00", "2026-03-28T20:59:59Z", false)]
    [InlineData("22:00-06:00", "2026-03-28T21:00:00Z", true)]
    [InlineData("22:00-06:00", "2026-03-29T01:00:00Z", true)] // two o'clock becomes three
    [InlineData("22:00-06:00", "2026-03-29T03:59:59Z", true)]
    [InlineData("22:00-06:00", "2026-03-29T04:00:00Z", false)]
    [InlineData("22:00-06:00", "2026-10-24T19:59:59Z", false)]
    [InlineData("22:00-06:00", "2026-10-24T20:00:00Z", true)]
    [InlineData("22:00-06:00", "2026-10-25T01:00:00Z", true)] // three o'clock becomes two
    [InlineData("22:00-06:00", "2026-10-25T04:59:59Z", true)]
    [InlineData("22:00-06:00", "2026-10-25T05:00:00Z", false)]
    [InlineData("02:00-03:00", "2026-03-29T00:59:59Z", false)]
    [InlineData("02:00-03:00", "2026-03-29T01:00:00Z", false)] // this hour does not exist in that night
    [InlineData("02:00-03:00", "2026-10-25T00:00:00Z", true)]
    [InlineData("02:00-03:00", "2026-10-25T01:59:59Z", true)] // and in this one it comes twice
    [InlineData("02:00-03:00", "2026-10-25T02:00:00Z", false)]
    [InlineData("00:00-23:59", "2026-03-28T22:59:59Z", false)]
    [InlineData("23:59-00:00", "2026-03-28T22:59:59Z", true)]
    public void It_is_open_by_the_time_of_the_zone(string window, string at, bool isOpen) =>
        new RunPace { Window = window }.IsOpen(new RunsOptions { TimeZone = "Europe/Vienna" }.TimeOfDay(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture))).ShouldBe(isOpen);

    [Theory]
    [InlineData("22:00")]
    [InlineData("22:00-22:00")]
    [InlineData("24:00-06:00")]
    [InlineData("2:00-6:00")]
    [InlineData("22:00-06:00-07:00")]
    [InlineData("22:00 - 06:00")]
    [InlineData("-")]
    public void What_is_no_window_is_refused(string window) => new RunPaceChange(Window: window).Errors().Select(error => error.Field).ShouldBe(["pace.window"]);
}
