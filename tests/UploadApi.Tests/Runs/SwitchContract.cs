using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Runs;
using Pipeline.Storage;
using Pipeline.Storage.Targets;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>An area is read from its target only if nothing differs, and can go back.</summary>
public abstract class SwitchContract : MoveRoom
{
    private protected SwitchContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task A_switch_needs_a_fresh_comparison_that_has_found_nothing()
    {
        await PutAsync(Own, Key(1), "a photo");
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Incomplete>().Because.ShouldContain("Nothing has been copied");
        await MoveAsync();
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Incomplete>().Because.ShouldContain("--compare");
        (await MoveAsync(compare: true)).Progress.Found.ShouldBe(0);
        Time.Advance(SwitchArea.ComparedWithin + TimeSpan.FromSeconds(1));
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Incomplete>().Because.ShouldContain("--compare");
        (await MoveAsync(compare: true)).Progress.Found.ShouldBe(0);
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Done>().Move.State.ShouldBe(MoveState.Switched);
        Sides.IsSwitched("public").ShouldBeTrue();
    }

    [Fact]
    public async Task One_differing_byte_a_missing_and_an_extra_object_are_each_counted_and_named()
    {
        for (var i = 0; i < 20; i++) await PutAsync(Own, Key(i), $"photo {i:d2}");
        await MoveAsync();
        await PutAsync(Target, Key(4), "photo 14");
        await Target.DeleteAsync(Key(9), default);
        await PutAsync(Target, Key(77), "extra");
        var before = await AllAsync(Target);

        var view = await MoveAsync(compare: true);
        (view.State, view.Progress.Done, view.Progress.Found).ShouldBe((RunState.Completed, 18, 3));
        (await FindingsAsync(view.Id)).ShouldBe([$"differs {Key(4)}", $"missing {Key(9)}", $"extra {Key(77)}"]);
        (await AllAsync(Target)).ShouldBe(before, "a comparison changes nothing");
        var refused = (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Incomplete>();
        refused.Counts.ShouldBe(new Dictionary<string, int> { ["differs"] = 1, ["missing"] = 1, ["extra"] = 1 }, ignoreOrder: true);
        refused.Examples.ShouldBe([Key(4).Value, Key(9).Value, Key(77).Value]);
        Sides.IsSwitched("public").ShouldBeFalse();

        await MoveAsync(deleteExtra: true);
        await MoveAsync(compare: true);
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Done>();
        (await AllAsync(Target)).ShouldBe(await AllAsync(Own));
    }

    [Fact]
    public async Task After_a_switch_reads_come_from_the_target_and_writes_go_to_both_so_the_way_back_loses_nothing()
    {
        await PutAsync(Own, Key(1), "a photo");
        await SwitchForwardAsync();
        var read = new List<string>();
        Own.Before = (operation, _) => { if (operation is "read" or "head") read.Add(operation); return Task.CompletedTask; };
        await using (var found = await Both.ReadAsync(Key(1), null, default)) found.ShouldBeOfType<ReadResult.Found>();
        read.ShouldBeEmpty();
        Own.Before = null;
        await PutAsync(Both, Key(2), "after the switch");

        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Done>("it is idempotent");
        (await ApplyAsync(await PlanMoveAsync())).ShouldBeOfType<RunChange.Refused>().Because.ShouldContain("--back");
        (await SwitchAsync(back: true)).ShouldBeOfType<AreaSwitch.Done>().Move.SwitchedAt.ShouldBeNull();
        Sides.IsSwitched("public").ShouldBeFalse();
        (await AllAsync(Own)).Count.ShouldBe(2);
        (await SwitchAsync(back: true)).ShouldBeOfType<AreaSwitch.Refused>().Code.ShouldBe("migrate_not_ready");
    }

    [Fact]
    public async Task The_way_back_ends_after_seven_days()
    {
        await SwitchForwardAsync();
        Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await SwitchAsync(back: true)).ShouldBeOfType<AreaSwitch.Done>();
        await MoveAsync(compare: true);
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Done>();
        Time.Advance(TimeSpan.FromDays(7));
        (await SwitchAsync(back: true)).ShouldBeOfType<AreaSwitch.Refused>().Code.ShouldBe("migrate_back_expired");
        Sides.IsSwitched("public").ShouldBeTrue();
    }

    [Fact]
    public async Task Another_instance_follows_within_a_read_and_one_without_the_target_is_not_ready()
    {
        await PutAsync(Own, Key(1), "a photo");
        await SwitchForwardAsync();
        var other = new AreaSides();
        (await SyncAsync(other, Areas())).Status.ShouldBe(HealthStatus.Healthy);
        other.IsSwitched("public").ShouldBeTrue();

        HasTarget = false;
        (await SyncAsync(new AreaSides(), Areas())).ShouldSatisfyAllConditions(h => h.Status.ShouldBe(HealthStatus.Unhealthy), h => h.Description!.ShouldContain(Place));

        // The settings of the area are those of the target by now.
        (await SyncAsync(new AreaSides(), Areas() with { OwnLocations = new Dictionary<string, string> { ["public"] = Place } })).Status.ShouldBe(HealthStatus.Healthy);
        await using var db = Open();
        (await db.AreaMoves.SingleAsync()).State.ShouldBe(MoveState.Ended);
        (await SyncAsync(other, Areas())).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Each_switch_is_in_the_audit()
    {
        await SwitchForwardAsync();
        await SwitchAsync(back: true);
        await using var db = Open();
        (await db.AuditLines.AsNoTracking().Where(l => l.Verb.StartsWith("area.")).OrderBy(l => l.Id).Select(l => l.Verb + " " + l.Target + " " + l.Filter).ToListAsync())
            .ShouldBe(["area.switch public {\"to\":\"r2\"}", "area.switch-back public {\"to\":\"r2\"}"], ignoreOrder: true);
    }

    private async Task SwitchForwardAsync()
    {
        (await MoveAsync()).State.ShouldBe(RunState.Completed);
        (await MoveAsync(compare: true)).State.ShouldBe(RunState.Completed);
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Done>();
    }

    private async Task<HealthCheckResult> SyncAsync(AreaSides sides, StorageAreas areas)
    {
        await using var services = new ServiceCollection().AddScoped(_ => Open()).BuildServiceProvider();
        using var sync = new AreaMovesSync(services.GetRequiredService<IServiceScopeFactory>(), areas, sides, null!, Time, NullLogger<AreaMovesSync>.Instance);
        await sync.ReadAsync(default);
        return await sync.CheckHealthAsync(new HealthCheckContext());
    }
}

public sealed class SqliteSwitchTests() : SwitchContract(UsageDatabase.Sqlite());

public sealed class PostgresSwitchTests() : SwitchContract(UsageDatabase.Postgres());
