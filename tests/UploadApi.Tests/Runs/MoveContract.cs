using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A run copies an area to another store, whatever happens meanwhile.</summary>
public abstract class MoveContract : MoveRoom
{
    private protected MoveContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task Each_object_is_copied_once_with_its_headers_and_a_second_run_copies_nothing()
    {
        for (var i = 0; i < 30; i++)
            await PutAsync(Own, Key(i), $"photo {i}", new WriteOptions { ContentType = "image/avif", CacheControl = $"max-age={i}", Metadata = new Dictionary<string, string> { ["made-by"] = $"worker-{i}" } });
        await PutAsync(Own, ObjectKey.Parse("originals/ab/x/y"), "of another area");
        await PutAsync(Own, ObjectKey.Parse("assets2/ab"), "of a neighbour");

        var view = await MoveAsync();
        (view.State, view.Progress.Done, view.Progress.Skipped, view.Progress.Failed, view.Progress.Found).ShouldBe((RunState.Completed, 30, 0, 0, 0));
        var wanted = await AllAsync(Own);
        wanted.Remove("originals/ab/x/y").ShouldBeTrue();
        wanted.Remove("assets2/ab").ShouldBeTrue();
        (await AllAsync(Target)).ShouldBe(wanted);

        var writes = 0;
        Target.Before = (operation, _) => { if (operation == "write") writes++; return Task.CompletedTask; };
        (await MoveAsync()).Progress.ShouldSatisfyAllConditions(p => p.Done.ShouldBe(0), p => p.SkippedBy[MoveCode.Equal].ShouldBe(30));
        writes.ShouldBe(0);
    }

    [Fact]
    public async Task Tags_of_another_kind_make_no_difference()
    {
        Own.Tag = "a-tag-that-is-no-md5-";
        for (var i = 0; i < 5; i++) await PutAsync(Own, Key(i), $"photo {i}");
        (await MoveAsync()).Progress.Done.ShouldBe(5);
        (await MoveAsync()).Progress.SkippedBy[MoveCode.Equal].ShouldBe(5);
        (await MoveAsync(compare: true)).Progress.ShouldSatisfyAllConditions(p => p.Done.ShouldBe(5), p => p.Found.ShouldBe(0));
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Done>();
    }

    [Fact]
    public async Task A_target_that_fails_in_the_middle_makes_the_run_wait_and_go_on()
    {
        for (var i = 0; i < 400; i++) await PutAsync(Own, Key(i), $"photo {i}");
        var down = false;

        // Key 255 is the last one.
        Target.Before = (operation, key) =>
        {
            if (operation == "write" && key == Key(255)) down = true;
            return down ? throw new IOException("the power failed") : Task.CompletedTask;
        };
        var run = (await ApplyAsync(await PlanMoveAsync())).ShouldBeOfType<RunChange.Done>().Run;
        await FeedAsync();
        (await ViewAsync(run)).ShouldSatisfyAllConditions(v => v.State.ShouldBe(RunState.Running), v => v.WaitingFor.ShouldBe(RunWait.Store), v => v.Progress.Done.ShouldBe(250), v => v.Progress.Failed.ShouldBe(0));

        Target.Before = null;
        var view = await FeedToEndAsync(run);
        (view.State, view.Progress.Failed, view.Progress.Done + view.Progress.Skipped).ShouldBe((RunState.Completed, 0, 400));
        (await AllAsync(Target)).ShouldBe(await AllAsync(Own));
    }

    [Fact]
    public async Task One_object_that_cannot_be_read_fails_alone_and_forbids_the_switch()
    {
        for (var i = 0; i < 30; i++) await PutAsync(Own, Key(i), $"photo {i}");
        Own.Before = (operation, key) => operation == "read" && key == Key(7) ? throw new IOException("a broken disk") : Task.CompletedTask;
        var view = await MoveAsync();
        (view.State, view.Progress.Done, view.Progress.FailedBy[MoveCode.CopyFailed]).ShouldBe((RunState.Completed, 29, 1));
        (await FindingsAsync(view.Id)).ShouldBe([$"copy_failed {Key(7)}"]);
        (await SwitchAsync()).ShouldBeOfType<AreaSwitch.Incomplete>().Counts.ShouldBe(new Dictionary<string, int> { ["copy_failed"] = 1 });
    }

    [Fact]
    public async Task What_is_deleted_or_replaced_while_it_is_copied_is_right_on_both_sides()
    {
        for (var i = 0; i < 10; i++) await PutAsync(Own, Key(i), $"photo {i}");
        var (deleted, replaced) = (false, false);

        // At the worst moment: the bytes of the old version have just arrived at the target.
        Target.Written = async key =>
        {
            if (key == Key(3) && !deleted && (deleted = true)) await Own.DeleteAsync(key, default);
            if (key == Key(5) && !replaced && (replaced = true)) await PutAsync(Own, key, "a newer version");
        };
        (await MoveAsync()).ShouldSatisfyAllConditions(v => v.State.ShouldBe(RunState.Completed), v => v.Progress.Failed.ShouldBe(0));
        Target.Written = null;
        (deleted, replaced).ShouldBe((true, true));
        var all = await AllAsync(Target);
        all.ShouldBe(await AllAsync(Own));
        all.Count.ShouldBe(9);
        all[Key(5).Value].ShouldEndWith("a newer version");
    }

    [Fact]
    public async Task Writes_and_deletions_of_all_hosts_reach_both_stores_and_reads_find_either()
    {
        await PutAsync(Both, Key(1), "new");
        await PutAsync(Both, Key(2), "gone");
        await Both.DeleteAsync(Key(2), default);
        (await AllAsync(Target)).ShouldBe(await AllAsync(Own));

        await PutAsync(Own, Key(3), "not copied yet");
        Sides.Set("public", true);
        await using (var read = await Both.ReadAsync(Key(3), null, default)) read.ShouldBeOfType<ReadResult.Found>();
        (await Both.HeadAsync(Key(3), default)).ShouldNotBeNull();
        Target.Before = (_, _) => throw new IOException("the power failed");
        await using (var read = await Both.ReadAsync(Key(1), null, default)) read.ShouldBeOfType<ReadResult.Found>();
        await Should.ThrowAsync<IOException>(() => PutAsync(Both, Key(4), "must not be lost"));
        await Should.ThrowAsync<IOException>(() => Both.HeadAsync(Key(99), default), "nobody knows whether the target has it");
    }

    [Fact]
    public async Task A_rate_bounds_the_objects_in_a_second()
    {
        for (var i = 0; i < 30; i++) await PutAsync(Own, Key(i), $"photo {i}");
        var run = (await ApplyAsync(await PlanMoveAsync(pace: new RunPaceChange(Rate: 10)))).ShouldBeOfType<RunChange.Done>().Run;
        await FeedAsync();
        (await ViewAsync(run)).Progress.Done.ShouldBe(10);
        Time.Advance(TimeSpan.FromSeconds(1));
        await FeedAsync();
        (await ViewAsync(run)).Progress.Done.ShouldBe(20);
    }

    [Fact]
    public async Task What_only_the_target_has_is_deleted_on_request_only()
    {
        await PutAsync(Own, Key(1), "a photo");
        (await MoveAsync()).State.ShouldBe(RunState.Completed);
        await PutAsync(Target, Key(2), "of a deleted asset");

        var view = await MoveAsync();
        (await FindingsAsync(view.Id)).ShouldBe([$"extra {Key(2)}"]);
        (await AllAsync(Target)).Count.ShouldBe(2);
        (await ApplyAsync(await PlanMoveAsync(deleteExtra: true), Operator)).ShouldBeOfType<RunChange.AdminOnly>();
        (await FindingsAsync((await MoveAsync(deleteExtra: true)).Id)).ShouldBe([$"extra_deleted {Key(2)}"]);
        (await AllAsync(Target)).ShouldBe(await AllAsync(Own));
    }

    [Fact]
    public async Task A_run_begins_only_while_this_server_and_all_workers_write_to_both()
    {
        var (plan, worker) = (await PlanMoveAsync(), Guid.NewGuid());
        HasTarget = false;
        (await RefusedAsync(plan)).ShouldContain("AlsoWriteTo");
        HasTarget = true;
        await HearWorkerAsync(worker, null);
        (await RefusedAsync(plan)).ShouldContain($"Worker {worker.ToString("N")[..8]} does not write the area public to r2");
        await HearWorkerAsync(worker, Writes(status: AnnouncedFinding.Fail, place: "The store does not know this access key."));
        (await RefusedAsync(plan)).ShouldContain("does not know this access key");
        await HearWorkerAsync(worker, Writes("https://elsewhere.example.com/photos/"));
        (await RefusedAsync(plan)).ShouldContain("elsewhere");
        await HearWorkerAsync(worker, Writes());
        (await ApplyAsync(plan)).ShouldBeOfType<RunChange.Done>();
    }

    [Fact]
    public async Task A_target_with_objects_of_another_installation_is_refused()
    {
        var (mark, theirs) = (ObjectKey.Parse("assets/installation/id"), Guid.NewGuid().ToString());
        await PutAsync(Target, mark, theirs);
        await using (var db = Open())
        {
            // As at the start of a server: it marks its own store only.
            (await new InstallationMarks(db, Areas(), Time).OwnerAsync(ReconcileArea.Public, default)).ShouldBe(AreaOwner.Ours);
        }

        await using (var read = await Target.ReadAsync(mark, null, default))
        {
            using var text = new StreamReader(read.ShouldBeOfType<ReadResult.Found>().Content);
            (await text.ReadToEndAsync()).ShouldBe(theirs);
        }

        (await RefusedAsync(await PlanMoveAsync())).ShouldContain("another installation");
        await Target.DeleteAsync(ObjectKey.Parse("assets/installation/id"), default);
        await PutAsync(Target, Key(1), "a foreign photo");
        (await RefusedAsync(await PlanMoveAsync())).ShouldContain("not of this installation");
        (await AllAsync(Target)).Count.ShouldBe(1);
    }

    private async Task<string> RefusedAsync(Run plan)
    {
        var refused = (await ApplyAsync(plan)).ShouldBeOfType<RunChange.Refused>();
        refused.Code.ShouldBe("migrate_not_ready");
        return refused.Because;
    }
}

public sealed class SqliteMoveTests() : MoveContract(UsageDatabase.Sqlite());

public sealed class PostgresMoveTests() : MoveContract(UsageDatabase.Postgres());
