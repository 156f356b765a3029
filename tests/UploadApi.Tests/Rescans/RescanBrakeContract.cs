using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Rescans;

/// <summary>A signature that matches everything empties no library.</summary>
public abstract class RescanBrakeContract : RescanRoom
{
    private protected RescanBrakeContract(UsageDatabase database)
        : base(database)
    {
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(8, 2)]
    [InlineData(20, 3)]
    [InlineData(150, 3)]
    public async Task A_signature_that_matches_all_pauses_the_run_after_a_handful(int assets, int withdrawn)
    {
        await AddReadyAsync(assets);
        var run = await RescanAsync();
        await FeedAsync();
        var taken = await InFlightAsync(run);
        await InfectedAsync(run, taken);
        await FeedAsync();

        var view = await ViewAsync(run);
        (view.State, view.Progress.Failed, view.Progress.Held, view.Progress.InFlight).ShouldBe((RunState.Paused, withdrawn, taken.Count - withdrawn, 0));
        view.PausedBecause.ShouldNotBeNull().ShouldStartWith("too_many_hits: ");
        view.PausedBecause.ShouldContain(Signature);
        (await AssetsAsync()).Count(a => a.Status == AssetStatus.Ready).ShouldBe(assets - withdrawn);
    }

    [Fact]
    public void The_share_counts_what_was_scanned_and_has_a_floor_that_fits_the_library()
    {
        var options = new RescanOptions();
        int[] planned = [1, 4, 8, 12, 100_000, 100_000, 100_000];
        int[] scanned = [1, 4, 8, 12, 3, 3_999, 50_000];
        planned.Zip(scanned, options.Allowed).ShouldBe([1, 1, 2, 3, 3, 3, 50]);
    }

    [Fact]
    public async Task Held_assets_stay_until_an_admin_resumes_with_a_reason_and_then_they_are_withdrawn()
    {
        await AddReadyAsync(20);
        var run = await RescanAsync(new RunPaceChange(InFlight: 10));
        await FeedAsync();
        var first = await InFlightAsync(run);
        await InfectedAsync(run, first.Take(5));

        // What the bus has drains: clean ones count, and hits are held.
        await CleanAsync(run, first.Skip(5).Take(4));
        await InfectedAsync(run, first.Skip(9));
        (await ChangeAsync(change => change.ResumeAsync(run.Id, "a reason", Operator, default))).ShouldBeOfType<RunChange.AdminOnly>();
        (await ChangeAsync(change => change.ResumeAsync(run.Id, null, Admin, default))).ShouldBeOfType<RunChange.ReasonRequired>();
        (await ViewAsync(run)).Progress.Held.ShouldBe(3);
        (await ChangeAsync(change => change.ResumeAsync(run.Id, "It is malware indeed.", Admin, default))).ShouldBeOfType<RunChange.Done>();
        await FeedAsync();

        var view = await ViewAsync(run);
        (view.State, view.Progress.Held, view.Progress.Failed).ShouldBe((RunState.Running, 0, 6));
        (await AssetsAsync()).Count(a => a.Status == AssetStatus.Rejected).ShouldBe(6);

        // The same signature needs no other decision; another one does.
        var second = await InFlightAsync(run);
        await InfectedAsync(run, second.Take(4));
        (await ViewAsync(run)).State.ShouldBe(RunState.Running);
        await InfectedAsync(run, second.Skip(4).Take(1), "Another.Signature");
        ((await ViewAsync(run)).State, (await ViewAsync(run)).Progress.Held).ShouldBe((RunState.Paused, 1));
        await using var db = Open();
        var lines = await db.AuditLines.Where(l => l.Verb == "run.resume").ToListAsync();
        lines.ShouldHaveSingleItem().Reason.ShouldBe("It is malware indeed.");
    }

    [Fact]
    public async Task A_cancelled_run_withdraws_no_more()
    {
        await AddReadyAsync(20);
        var run = await RescanAsync();
        await FeedAsync();
        await InfectedAsync(run, (await InFlightAsync(run)).Take(15));
        (await ChangeAsync(change => change.CancelAsync(run.Id, "A wrong signature.", Operator, default))).ShouldBeOfType<RunChange.Done>();
        await InfectedAsync(run, await InFlightAsync(run));
        await FeedAsync();

        (await AssetsAsync()).Count(a => a.Status == AssetStatus.Ready).ShouldBe(17);
        ((await ViewAsync(run)).State, (await ViewAsync(run)).Progress.InFlight).ShouldBe((RunState.Cancelled, 0));
    }

    [Fact]
    public async Task Many_consumers_at_once_withdraw_no_more_than_the_brake_allows()
    {
        await AddReadyAsync(60);
        var run = await RescanAsync();
        await FeedAsync();
        var taken = await InFlightAsync(run);
        await Task.WhenAll(taken.Chunk(15).Select(part => Task.Run(() => InfectedAsync(run, part))));

        var view = await ViewAsync(run);
        (view.State, view.Progress.Failed, view.Progress.Held, view.Progress.InFlight).ShouldBe((RunState.Paused, 3, 57, 0));
        (await AssetsAsync()).Count(a => a.Status == AssetStatus.Rejected).ShouldBe(3);
    }

    [Fact]
    public async Task A_few_hits_in_a_library_do_not_pause_the_run_nor_count_as_failures()
    {
        await AddReadyAsync(30);
        var run = await RescanAsync();
        await FeedAsync();
        var taken = await InFlightAsync(run);
        await InfectedAsync(run, taken.Take(3));
        await CleanAsync(run, taken.Skip(3).Take(22));
        await FeedAsync();
        (await ViewAsync(run)).State.ShouldBe(RunState.Running, "3 of 25 are more than 5 %, but a hit is no failure of the run");
        await CleanAsync(run, taken.Skip(25));
        await FeedAsync();
        var view = await ViewAsync(run);
        (view.State, view.Progress.Done, view.Progress.Failed).ShouldBe((RunState.Completed, 27, 3));
    }
}

public sealed class SqliteRescanBrakeTests() : RescanBrakeContract(UsageDatabase.Sqlite());

public sealed class PostgresRescanBrakeTests() : RescanBrakeContract(UsageDatabase.Postgres());
