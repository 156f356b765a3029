using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A run that walks pages goes on where it was, and counts each page once.</summary>
public abstract class WalkContract : RunRoom
{
    private readonly List<int> _pages = [];
    private Func<WalkTurn, int, Task>? _meanwhile;
    private string? _failedBecause;
    private int _findings = 1;

    private protected WalkContract(UsageDatabase database)
        : base(database)
    {
    }

    private protected override IEnumerable<IRunWalk> Walks(AssetDbContext db) => [new Steps(this)];

    [Fact]
    public async Task A_walk_ends_with_the_sum_of_its_pages()
    {
        var run = await StartAsync(RunKind.Reconcile);
        await FeedAsync();

        var view = await ViewAsync(run);
        (view.State, view.Progress.Done, view.Progress.Found, view.Progress.FoundBy["odd"], view.Progress.Planned, view.Findings).ShouldBe((RunState.Completed, 30, 3, 3, 33, 3));
        _pages.ShouldBe([0, 1, 2]);
        await using var db = Open();
        (await new RunReader(db, Time).FindingsAsync(run.Id, "odd", after: 0, 10, default)).Select(f => f.Key).ShouldBe(["key/1-0", "key/2-0"]);
    }

    [Fact]
    public async Task A_crash_between_pages_repeats_no_page_and_one_within_a_page_repeats_only_that()
    {
        var run = await StartAsync(RunKind.Reconcile);
        var crashed = false;
        _meanwhile = (_, page) => page == 1 && !crashed && (crashed = true) ? throw new IOException("the power failed") : Task.CompletedTask;
        await FeedAsync();
        (await ViewAsync(run)).State.ShouldBe(RunState.Running);
        await FeedAsync();

        _pages.ShouldBe([0, 1, 1, 2]);
        (await ViewAsync(run)).Progress.ShouldSatisfyAllConditions(p => p.Done.ShouldBe(30), p => p.Found.ShouldBe(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pause_or_a_lost_lease_within_a_page_saves_nothing_of_it(bool pause)
    {
        var run = await StartAsync(RunKind.Reconcile);
        _meanwhile = async (turn, page) =>
        {
            if (page != 1) return;
            _meanwhile = null;
            if (pause) await ChangeAsync(change => change.PauseAsync(run.Id, null, Operator, default));
            else await StealAsync();
            (await turn.GoesOnAsync(default)).ShouldBeFalse();
        };
        await FeedAsync();
        (await ViewAsync(run)).Progress.Done.ShouldBe(10);

        Time.Advance(RunFeeder.Lease);
        if (pause) await ChangeAsync(change => change.ResumeAsync(run.Id, null, Operator, default));
        await FeedAsync();
        (await ViewAsync(run)).Progress.Done.ShouldBe(30);
    }

    [Fact]
    public async Task A_rate_bounds_the_objects_of_a_page()
    {
        await StartAsync(RunKind.Reconcile, pace: new RunPaceChange(Rate: 10));
        await FeedAsync();
        _pages.ShouldBe([0]);
        Time.Advance(TimeSpan.FromSeconds(1));
        await FeedAsync();
        _pages.ShouldBe([0, 1]);
    }

    [Fact]
    public async Task A_walk_that_cannot_go_on_fails_with_its_reason()
    {
        var run = await StartAsync(RunKind.Reconcile);
        _failedBecause = "The listing broke off.";
        await FeedAsync();
        (await ViewAsync(run)).ShouldSatisfyAllConditions(v => v.State.ShouldBe(RunState.Failed), v => v.Because.ShouldBe("The listing broke off."));
    }

    [Fact]
    public async Task Findings_beyond_the_bound_are_counted_only()
    {
        var run = await StartAsync(RunKind.Reconcile);
        _findings = 1_000;
        _meanwhile = (_, page) => Task.FromResult(_findings = page == 0 ? 1_000 : 5);
        await FeedAsync();
        (await ViewAsync(run)).ShouldSatisfyAllConditions(v => v.Findings.ShouldBe(1_000), v => v.Progress.Found.ShouldBe(1_000 + 10));
    }

    [Fact]
    public async Task A_walk_takes_no_condition_and_only_one_runs_at_a_time()
    {
        await using var db = Open();
        (await new RunRequestCheck(db).ErrorsAsync(new RunRequest(RunKind.Reconcile, new RunFilter { Profile = "web" }, new RunPaceChange(), null), default)).Keys.ShouldContain("filter");
        var first = await StartAsync(RunKind.Reconcile);
        (await ApplyAsync(await PlanAsync(RunKind.Reconcile))).ShouldBeOfType<RunChange.Active>().Id.ShouldBe(first.Id);
    }

    private async Task StealAsync()
    {
        await using var db = Open();
        await db.Runs.ExecuteUpdateAsync(row => row.SetProperty(r => r.LeaseOwner, Guid.NewGuid()));
    }

    /// <summary>Three pages of ten objects and a finding each.</summary>
    private sealed class Steps(WalkContract room) : IRunWalk
    {
        public string Kind => RunKind.Reconcile;

        public Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken) => Task.FromResult(RunPlan.Plain(5, isEstimate: true));

        public async Task<WalkPage> NextAsync(WalkTurn turn, CancellationToken cancellationToken)
        {
            var page = turn.Position is { } position ? int.Parse(position, System.Globalization.CultureInfo.InvariantCulture) : 0;
            room._pages.Add(page);
            if (room._meanwhile is { } meanwhile) await meanwhile(turn, page);
            return new WalkPage
            {
                Position = $"{page + 1}",
                IsEnd = page == 2,
                Looked = 10,
                Counts = [new WalkCount(RunResult.Done, "", 10), new WalkCount(RunResult.Found, "odd", room._findings)],
                Findings = [.. Enumerable.Range(0, room._findings).Select(i => new WalkFinding("odd", "public", $"key/{page}-{i}", null))],
                FailedBecause = room._failedBecause,
            };
        }
    }
}

public sealed class SqliteWalkTests() : WalkContract(UsageDatabase.Sqlite());

public sealed class PostgresWalkTests() : WalkContract(UsageDatabase.Postgres());
