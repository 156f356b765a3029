using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Runs;
using Pipeline.Storage.Costs;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A run that names more assets by id than fit into its filter.</summary>
public abstract class RunChoicesContract : RunRoom
{
    private protected RunChoicesContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task A_run_takes_the_chosen_assets_of_its_tenant_each_once_and_no_other()
    {
        var (chosen, left, other) = (await AddReadyAsync(230), await AddReadyAsync(20), await AddReadyAsync(3, "acme"));
        var run = await StartAsync(filter: Of([.. chosen, .. other], missing: 6_000));
        RunPlan.Read(run.Plan)!.ShouldSatisfyAllConditions(plan => plan.Assets.ShouldBe(230), plan => plan.Skipped["not_found"].ShouldBe(6_003));
        run.Filter.Length.ShouldBeLessThan(100, "each step and each list of runs reads this row");

        var view = await CompleteAsync(run);

        (view.State, view.Progress.Done, view.Progress.Skipped).ShouldBe((RunState.Completed, 230, 0));
        view.Filter!.IdCount.ShouldBe(6_233);
        var revised = (await AssetsAsync()).Where(a => a.Revision == 2).Select(a => a.Id).ToList();
        revised.ShouldBe(chosen.Select(a => a.Id), ignoreOrder: true);
        left.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Other_conditions_hold_as_well()
    {
        var (ready, failed) = (await AddReadyAsync(4), await AddFailedAsync(3));
        var run = await StartAsync(RunKind.Retry, Of([.. ready, .. failed], missing: 5_000) with { Code = "scanner_unavailable" });
        var view = await CompleteAsync(run);
        (view.Progress.Done, view.Progress.Planned).ShouldBe((3, 3));
        (await AssetsAsync()).Where(a => a.Revision == 2).Select(a => a.Id).ShouldBe(failed.Select(a => a.Id), ignoreOrder: true);
    }

    [Theory]
    [InlineData(RunKind.Retry)]
    [InlineData(RunKind.Discard)]
    [InlineData(RunKind.Reprocess)]
    public async Task A_run_over_failures_leaves_what_fails_after_its_plan(string kind)
    {
        var (early, failed, busy) = (await AddFailedAsync(1), await AddFailedAsync(4), await AddReadyAsync(3));
        foreach (var asset in busy) await ChangeAsync(asset.Id, a => a.Reprocess(Time.GetUtcNow()));
        Time.Advance(TimeSpan.FromSeconds(1));
        var run = await PlanAsync(kind, new RunFilter { Code = "scanner_unavailable" });
        (run.Planned, RunPlan.Read(run.Plan)!.Assets).ShouldBe((5, 5));
        Time.Advance(TimeSpan.FromSeconds(1));

        // Three fail for the first time, and one that a user has retried meanwhile fails again.
        foreach (var asset in busy) await ChangeAsync(asset.Id, a => a.AttemptFailed(Some.Failed(a), Never, Time.GetUtcNow()));
        await ChangeAsync(early[0].Id, a => a.Reprocess(Time.GetUtcNow()));
        await ChangeAsync(early[0].Id, a => a.AttemptFailed(Some.Failed(a), Never, Time.GetUtcNow()));
        (await ApplyAsync(run)).ShouldBeOfType<RunChange.Done>();
        var view = await CompleteAsync(run);

        (view.Progress.Planned, view.Progress.Done, view.Progress.Skipped).ShouldBe((5, 4, 1));
        view.Progress.SkippedBy.ShouldBe(new Dictionary<string, int> { ["changed"] = 1 });
        var assets = (await AssetsAsync()).ToDictionary(a => a.Id);
        failed.ShouldAllBe(a => kind == RunKind.Discard ? assets[a.Id].Status == AssetStatus.Deleted : assets[a.Id].Revision == 2 && assets[a.Id].FailureCode == null);
        busy.Append(early[0]).ShouldAllBe(a => assets[a.Id].Status != AssetStatus.Deleted && assets[a.Id].Revision == 2 && assets[a.Id].FailureCode != null);
    }

    [Fact]
    public async Task The_set_is_that_of_the_plan_even_if_the_clock_stands_still()
    {
        var (failed, busy) = (await AddFailedAsync(2), await AddReadyAsync(2));
        foreach (var asset in busy) await ChangeAsync(asset.Id, a => a.Reprocess(Time.GetUtcNow()));
        var run = await PlanAsync(RunKind.Discard);
        foreach (var asset in busy) await ChangeAsync(asset.Id, a => a.AttemptFailed(Some.Failed(a), Never, Time.GetUtcNow()));

        await ApplyAsync(run);
        (await CompleteAsync(run)).Progress.Done.ShouldBe(2);
        var deleted = (await AssetsAsync()).Where(a => a.Status == AssetStatus.Deleted).Select(a => a.Id);
        deleted.ShouldBe(failed.Select(a => a.Id), ignoreOrder: true);
    }

    [Fact]
    public async Task A_rescan_takes_them_the_newest_first()
    {
        var chosen = new List<Asset>();
        for (var i = 0; i < 3; i++)
        {
            chosen.AddRange(await AddReadyAsync(1));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        var run = await StartAsync(RunKind.Rescan, Of(chosen, missing: 5_000), new RunPaceChange(InFlight: 1));
        await FeedAsync();
        (await InFlightAsync(run)).ShouldBe([chosen[2].Id]);
    }

    [Fact]
    public async Task A_few_ids_stay_in_the_filter()
    {
        var chosen = await AddReadyAsync(2);
        var run = await StartAsync(filter: new RunFilter { Ids = [.. chosen.Select(a => a.Id)] });
        RunFilter.Read(run.Filter)!.ShouldSatisfyAllConditions(filter => filter.Ids!.Count.ShouldBe(2), filter => filter.Version.ShouldBe(1));
        await using var db = Open();
        (await db.RunChoices.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_does_not_know_them_does_not_take_the_run_for_one_over_all_assets()
    {
        var run = await PlanAsync(filter: Of([], missing: 5_001));
        using var filter = JsonDocument.Parse(run.Filter);
        filter.RootElement.GetProperty("version").GetInt32().ShouldBe(2, "servers of earlier versions end a run whose filter is newer");
    }

    [Fact]
    public async Task The_rows_go_with_the_end_of_the_run_and_with_a_plan_that_was_never_stored()
    {
        var chosen = await AddReadyAsync(1);
        var (running, planned) = (await StartAsync(filter: Of(chosen, missing: 5_000)), await PlanAsync(filter: Of([], missing: 5_001)));
        await using var db = Open();
        await db.AddChoicesAsync(Guid.CreateVersion7(Time.GetUtcNow()), [Guid.NewGuid()], default);
        Time.Advance(TimeSpan.FromHours(2));

        await KeepUpAsync();
        (await CountAsync()).ShouldBe([(running.Id, 5_001), (planned.Id, 5_001)], ignoreOrder: true);
        await CompleteAsync(running);
        await KeepUpAsync();
        (await CountAsync()).ShouldBe([(planned.Id, 5_001)]);
        Time.Advance(TimeSpan.FromDays(2));
        await KeepUpAsync();
        (await CountAsync()).ShouldBeEmpty("the plan has expired");
    }

    [Fact]
    public async Task A_plan_that_is_not_stored_leaves_no_rows()
    {
        var chosen = await AddReadyAsync(2);
        await using var db = Open();
        var plans = new PlanRun(db, new RunForecast(db, Options.Create(Settings), Options.Create(new PricesOptions()), Time), new AuditLog(db, Time), Options.Create(Settings), Time);
        var plan = await plans.ForecastAsync(new RunRequest(RunKind.Reprocess, Of(chosen, missing: 5_000), new RunPaceChange(), null), Operator, default);
        plan.Assets.ShouldBe(2);
        (await CountAsync()).ShouldBeEmpty();
    }

    private Task ChangeAsync(Guid id, Func<Asset, bool> change) => FinishAsync([id], change);

    private static RunFilter Of(IReadOnlyList<Asset> assets, int missing) =>
        new() { Ids = [.. assets.Select(a => a.Id), .. Enumerable.Range(0, missing).Select(_ => Guid.CreateVersion7())] };

    private async Task<List<(Guid, int)>> CountAsync()
    {
        await using var db = Open();
        return [.. (await db.RunChoices.GroupBy(c => c.RunId).Select(same => new { same.Key, Count = same.Count() }).ToListAsync()).Select(same => (same.Key, same.Count))];
    }

    private async Task KeepUpAsync()
    {
        await using var db = Open();
        await new RunUpkeep(db, new Pipeline.Assets.Persistence.AssetStore(db), Options.Create(Settings), Time).RunAsync(default);
    }
}

public sealed class SqliteRunChoicesTests() : RunChoicesContract(UsageDatabase.Sqlite());

public sealed class PostgresRunChoicesTests() : RunChoicesContract(UsageDatabase.Postgres());
