using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Rescans;

/// <summary>Rescans start by themselves: for new signatures once, and else after a time.</summary>
public abstract class RescanScheduleContract : RescanRoom
{
    private protected RescanScheduleContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task New_signatures_start_one_rescan_of_young_assets()
    {
        await AddReadyAsync(2);
        Time.Advance(TimeSpan.FromDays(31));
        var young = (await AddReadyAsync(3)).Select(a => a.Id).ToList();
        Rescans.EveryDays = 0;
        await HearAsync(Version(27500));
        await ScheduleAsync();
        await ScheduleAsync();

        var run = (await RunsAsync()).ShouldHaveSingleItem();
        (run.Kind, run.State, run.PlannedBy, run.Signatures, run.Planned).ShouldBe((RunKind.Rescan, RunState.Running, RescanSchedule.User, 27500, 3));
        await FeedAsync();
        (await InFlightAsync(run)).ShouldBe(young.Order());
        await CleanAsync(run, young);
        await FeedAsync();
        await ScheduleAsync();
        (await RunsAsync()).Count.ShouldBe(1, "these signatures had their run");
        await using var db = Open();
        (await db.AuditLines.SingleAsync()).UserId.ShouldBe(RescanSchedule.User);
    }

    [Fact]
    public async Task Signatures_that_come_during_a_run_wait_for_its_end_and_only_the_newest_get_a_run()
    {
        Rescans.EveryDays = 0;
        await AddReadyAsync(3);
        await HearAsync(Version(27500));
        await ScheduleAsync();
        await FeedAsync();
        foreach (var version in (int[])[27501, 27502])
        {
            await HearAsync(Version(version));
            await ScheduleAsync();
        }

        var first = (await RunsAsync()).ShouldHaveSingleItem();
        Time.Advance(TimeSpan.FromSeconds(1));
        await CleanAsync(first, await InFlightAsync(first));
        await FeedAsync();
        await ScheduleAsync();
        (await RunsAsync()).Select(r => r.Signatures).ShouldBe([27500, 27502]);
        var second = (await RunsAsync())[1];
        await FeedAsync();
        await AnswerAsync(second, await InFlightAsync(second), answer => answer with { Scanner = Version(27502) });
        await FeedAsync();

        // A worker whose signatures are older says nothing new.
        await HearAsync(Version(27501));
        await ScheduleAsync();
        (await RunsAsync()).Count.ShouldBe(2);
        (await AssetsAsync()).ShouldAllBe(a => a.ScannedWith == 27502);
    }

    [Fact]
    public async Task A_paused_rescan_keeps_others_of_its_tenant_from_starting()
    {
        await AddReadyAsync(1);
        await AddReadyAsync(1, "acme");
        var run = await RescanAsync();
        await ChangeAsync(change => change.PauseAsync(run.Id, null, Operator, default));
        await HearAsync(Version(27500));
        await ScheduleAsync();
        (await RunsAsync()).Select(r => r.TenantId).ShouldBe(["default", "acme"], ignoreOrder: true);
    }

    [Fact]
    public async Task Assets_that_were_not_scanned_for_long_are_scanned_again_once_a_day_at_most()
    {
        Rescans.WindowDays = 0;
        await AddReadyAsync(2);
        await HearAsync(Version(27500));
        await ScheduleAsync();
        (await RunsAsync()).ShouldBeEmpty("they were scanned today");

        Time.Advance(TimeSpan.FromDays(91));
        await AddReadyAsync(1);
        await HearAsync(Version(27500));
        await ScheduleAsync();
        var run = (await RunsAsync()).ShouldHaveSingleItem();
        (run.Planned, run.Signatures).ShouldBe((2, null));
        await FeedAsync();
        await FailedAsync(run, await InFlightAsync(run), "source_missing");
        await FeedAsync();
        await ScheduleAsync();
        (await RunsAsync()).Count.ShouldBe(1, "what fails each time starts no run after each run");
        Time.Advance(TimeSpan.FromDays(1.1));
        await HearAsync(Version(27500));
        await ScheduleAsync();
        (await RunsAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("clamd")]
    [InlineData("ClamAV 1.4.6")]
    [InlineData("ClamAV 1.4.6/x/y")]
    public async Task Without_a_number_of_signatures_nothing_starts(string? scanner)
    {
        await AddReadyAsync(1);
        Time.Advance(TimeSpan.FromDays(200));
        await HearAsync(scanner);
        await ScheduleAsync();
        (await RunsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_starts_if_it_is_switched_off_or_the_workers_are_gone()
    {
        await AddReadyAsync(1);
        await HearAsync(Version(27500));
        Rescans.Enabled = false;
        await ScheduleAsync();
        Rescans.Enabled = true;
        Time.Advance(TimeSpan.FromMinutes(4));
        await ScheduleAsync();
        (await RunsAsync()).ShouldBeEmpty();
    }

    private static string Version(int number) => $"ClamAV 1.4.6/{number}/Mon Nov 17 09:12:01 2025";
}

public sealed class SqliteRescanScheduleTests() : RescanScheduleContract(UsageDatabase.Sqlite());

public sealed class PostgresRescanScheduleTests() : RescanScheduleContract(UsageDatabase.Postgres());
