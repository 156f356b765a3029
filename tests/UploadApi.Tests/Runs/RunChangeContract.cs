using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>The states of a run, and what operators may do in each.</summary>
public abstract class RunChangeContract : RunRoom
{
    private protected RunChangeContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task A_plan_is_applied_once()
    {
        var run = await PlanAsync();
        (await ApplyAsync(run)).ShouldBeOfType<RunChange.Done>();
        (await ApplyAsync(run)).ShouldBe(new RunChange.PlanUsed(RunState.Running));
    }

    [Fact]
    public async Task A_plan_expires()
    {
        var run = await PlanAsync();
        Time.Advance(TimeSpan.FromHours(24));
        (await ApplyAsync(run)).ShouldBeOfType<RunChange.PlanExpired>();
        (await ViewAsync(run)).State.ShouldBe(RunState.Expired);
    }

    [Fact]
    public async Task A_plan_is_stale_once_a_profile_has_changed()
    {
        var run = await PlanAsync();
        await using (var db = Open())
        {
            db.Profiles.Add(new CurrentProfile { Name = "web", Fingerprint = "00000000000000f2", Engine = "e", AnnouncedAt = Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        (await ApplyAsync(run)).ShouldBeOfType<RunChange.PlanStale>().Profiles.ShouldBe(["web"]);
    }

    [Fact]
    public async Task Only_one_reprocess_run_is_active_also_when_two_are_applied_at_once()
    {
        await AddReadyAsync(1);
        Run[] plans = [await PlanAsync(), await PlanAsync(), await PlanAsync()];
        var results = await Task.WhenAll(plans.Select(plan => Task.Run(() => ApplyAsync(plan))));

        var first = results.OfType<RunChange.Done>().ShouldHaveSingleItem().Run;
        results.OfType<RunChange.Active>().Select(active => active.Id).ShouldBe([first.Id, first.Id]);
        await ChangeAsync(change => change.PauseAsync(first.Id, null, Operator, default));
        (await ApplyAsync(await PlanAsync())).ShouldBe(new RunChange.Active(first.Id), "a paused run will go on");
        await ChangeAsync(change => change.CancelAsync(first.Id, null, Operator, default));
        (await ApplyAsync(await PlanAsync())).ShouldBeOfType<RunChange.Done>();
    }

    [Theory]
    [InlineData(RunState.Planned, false, false, true)]
    [InlineData(RunState.Running, true, false, true)]
    [InlineData(RunState.Paused, false, true, true)]
    [InlineData(RunState.Completed, false, false, false)]
    [InlineData(RunState.Cancelled, false, false, false)]
    [InlineData(RunState.Failed, false, false, false)]
    [InlineData(RunState.Expired, false, false, false)]
    public async Task A_state_allows_what_it_allows(string state, bool pause, bool resume, bool cancel)
    {
        var changes = new (Func<ChangeRun, Run, Task<RunChange>> Change, bool Allowed)[]
        {
            ((change, run) => change.PauseAsync(run.Id, null, Operator, default), pause),
            ((change, run) => change.ResumeAsync(run.Id, null, Operator, default), resume),
            ((change, run) => change.CancelAsync(run.Id, null, Operator, default), cancel),
        };
        foreach (var (make, allowed) in changes)
        {
            var run = await PlanAsync();
            await using (var db = Open()) await db.Runs.Where(r => r.Id == run.Id).ExecuteUpdateAsync(row => row.SetProperty(r => r.State, state));
            var result = await ChangeAsync(change => make(change, run));
            if (allowed) result.ShouldBeOfType<RunChange.Done>();
            else result.ShouldBe(new RunChange.WrongState(state));
        }
    }

    [Fact]
    public async Task A_run_of_a_kind_that_this_version_does_not_know_can_only_be_cancelled()
    {
        var run = await StartAsync();
        await using (var db = Open()) await db.Database.ExecuteSqlAsync($"UPDATE runs SET \"Kind\" = 'polish'");
        await FeedAsync();

        (await ViewAsync(run)).WaitingFor.ShouldBe(RunWait.Kind);
        (await ChangeAsync(change => change.PauseAsync(run.Id, null, Operator, default))).ShouldBe(new RunChange.WrongState(RunState.Running));
        (await ChangeAsync(change => change.PaceAsync(run.Id, new RunPaceChange(Rate: 1), null, Operator, default))).ShouldBe(new RunChange.WrongState(RunState.Running));
        (await ChangeAsync(change => change.CancelAsync(run.Id, null, Operator, default))).ShouldBeOfType<RunChange.Done>();
    }

    [Fact]
    public async Task A_run_of_another_tenant_does_not_exist()
    {
        var run = await StartAsync();
        var stranger = new Caller("acme", "eve", new HashSet<string> { Role.Admin });
        (await ChangeAsync(change => change.CancelAsync(run.Id, null, stranger, default))).ShouldBeOfType<RunChange.NotFound>();
        (await ApplyAsync(run, stranger)).ShouldBeOfType<RunChange.NotFound>();
    }

    [Fact]
    public async Task Each_change_leaves_a_line_with_its_reason()
    {
        var run = await StartAsync(filter: new RunFilter { Status = "ready" });
        await ChangeAsync(change => change.PauseAsync(run.Id, "lunch", Operator, default));
        await ChangeAsync(change => change.PauseAsync(run.Id, "again", Operator, default));
        await ChangeAsync(change => change.PaceAsync(run.Id, new RunPaceChange(Rate: 2), "slower", Operator, default));

        await using var db = Open();
        var lines = await new AuditLog(db, Time).ReadAsync(Operator, null, null, null, 10, default);
        lines.Select(line => (line.Verb, line.Target, line.Reason!)).Order().ShouldBe(
            new[] { ("run.apply", run.Id.ToString(), "a test"), ("run.pace", run.Id.ToString(), "slower"), ("run.pause", run.Id.ToString(), "lunch"), ("run.plan", run.Id.ToString(), "a test") }.Order());
        lines.Single(line => line.Verb == "run.plan").Filter.ShouldBe("""{"version":1,"status":"ready"}""");
    }

    [Fact]
    public async Task Ended_runs_are_deleted_after_400_days_and_others_stay()
    {
        await AddReadyAsync(1);
        var (cancelled, planned) = (await PlanAsync(), await PlanAsync());
        await ChangeAsync(change => change.CancelAsync(cancelled.Id, null, Operator, default));
        Time.Advance(TimeSpan.FromDays(400));
        var fresh = await PlanAsync();
        await using (var db = Open()) await new RunUpkeep(db, new Pipeline.Assets.Persistence.AssetStore(db), Microsoft.Extensions.Options.Options.Create(Settings), Time).RunAsync(default);

        await using var after = Open();
        (await after.Runs.OrderBy(r => r.Id).Select(r => new { r.Id, r.State }).ToListAsync())
            .ShouldBe([new { planned.Id, State = RunState.Expired }, new { fresh.Id, State = RunState.Planned }]);
    }
}

public sealed class SqliteRunChangeTests : RunChangeContract
{
    public SqliteRunChangeTests()
        : base(UsageDatabase.Sqlite())
    {
    }
}

public sealed class PostgresRunChangeTests : RunChangeContract
{
    public PostgresRunChangeTests()
        : base(UsageDatabase.Postgres())
    {
    }
}
