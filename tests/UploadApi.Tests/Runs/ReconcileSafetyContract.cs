using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>A deletion of orphans that may be wrong is refused as a whole, or stops before the object in doubt.</summary>
public abstract class ReconcileSafetyContract : ReconcileRoom
{
    private protected ReconcileSafetyContract(UsageDatabase database, bool onS3 = false)
        : base(database, onS3)
    {
    }

    [Fact]
    public async Task A_listing_that_breaks_on_a_page_fails_the_run_and_nothing_is_deleted()
    {
        var keys = await PrepareAsync();
        Store.Listed = key => _ = key.Value.StartsWith("assets/", StringComparison.Ordinal) ? throw new IOException("the connection broke") : 0;
        var report = await ReconcileAsync();

        (report.State, report.Progress.FailedBy["listing_failed"]).ShouldBe((RunState.Failed, 3));
        report.Because!.ShouldContain("area public failed 3 times");
        (await RefusedAsync(report.Id, 100)).ShouldContain("failed");
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task A_listing_that_breaks_on_its_second_page_is_begun_again_and_forbids_the_deletion()
    {
        var keys = await PrepareAsync(orphans: 1_050);
        var (listed, broken) = (0, false);
        Store.Listed = key =>
        {
            if (!key.Value.StartsWith("assets/", StringComparison.Ordinal) || ++listed <= 1_000 || broken) return;
            broken = true;
            throw new IOException("the connection broke");
        };
        var report = await ReconcileAsync();

        (report.State, report.Progress.Failed, report.Progress.FoundBy["orphan"]).ShouldBe((RunState.Completed, 1, 1_050));
        (await RefusedAsync(report.Id, 2_000)).ShouldContain("failed 1 times");
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task Objects_of_less_than_two_days_and_of_neighbours_stay()
    {
        await PrepareAsync();
        string[] neighbours = ["assets2/a.webp", "assets2/installation/x", "originals-old/b", "uploads2/c.jpg", "other/d"];
        foreach (var key in neighbours) await PutAsync(key);
        var almost = Orphan();
        await PutAsync(almost);
        Time.Advance(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));

        (await DeletedAsync((await ReconcileAsync()).Id, 100)).Progress.FoundBy["deleted"].ShouldBe(1);

        foreach (var key in (string[])[almost, .. neighbours]) (await HasAsync(key)).ShouldBeTrue(key);
        Time.Advance(TimeSpan.FromSeconds(2));
        (await DeletedAsync((await ReconcileAsync()).Id, 100)).Progress.FoundBy["deleted"].ShouldBe(1);
        (await HasAsync(almost)).ShouldBeFalse();
        foreach (var key in neighbours) (await HasAsync(key)).ShouldBeTrue(key);
    }

    [Fact]
    public async Task A_listing_that_broke_once_and_then_went_on_forbids_the_deletion_too()
    {
        var keys = await PrepareAsync();
        var broken = false;
        Store.Listed = _ => broken = broken ? true : throw new IOException($"the connection broke {broken = true}");
        var report = await ReconcileAsync();

        (report.State, report.Progress.Failed).ShouldBe((RunState.Completed, 1));
        (await RefusedAsync(report.Id, 100)).ShouldContain("failed 1 times");
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task An_empty_table_deletes_nothing()
    {
        var keys = await PrepareAsync();
        await using (var db = Open()) await db.Assets.ExecuteDeleteAsync();
        (await RefusedAsync((await ReconcileAsync()).Id, 100)).ShouldContain("empty");
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task A_table_of_another_installation_deletes_nothing_whether_the_store_is_marked_or_not()
    {
        var keys = await PrepareAsync();
        foreach (var area in ReconcileArea.All) await Areas().Public.DeleteAsync(area.Mark, default);
        await using (var db = Open()) await db.Assets.ExecuteDeleteAsync();
        await AddReadyAsync(1);
        (await RefusedAsync((await ReconcileAsync()).Id, 100)).ShouldContain("less than half");

        await PutAsync("assets/installation/id", Guid.NewGuid().ToString());
        await PutAsync("originals/installation/id", Guid.NewGuid().ToString());
        (await RefusedAsync((await ReconcileAsync()).Id, 100)).ShouldContain("another installation");
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task An_area_whose_mark_changes_during_the_deletion_loses_nothing_more()
    {
        await PrepareAsync(orphans: 50);
        var report = await ReconcileAsync();
        var deleted = 0;
        Store.Deletes = async _ =>
        {
            if (++deleted == 5) await PutAsync("assets/installation/id", Guid.NewGuid().ToString());
        };
        var view = await DeletedAsync(report.Id, 100);

        (view.State, deleted).ShouldBe((RunState.Failed, 20));
        view.Because!.ShouldContain("another installation");
    }

    [Fact]
    public async Task More_than_the_limit_deletes_nothing()
    {
        var keys = await PrepareAsync(orphans: 5);
        var report = await ReconcileAsync();
        (await RefusedAsync(report.Id)).ShouldContain("--max-delete 5");
        (await RefusedAsync(report.Id, 4)).ShouldContain("4 may be deleted");
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task A_database_of_another_version_deletes_nothing()
    {
        var keys = await PrepareAsync();
        var report = await ReconcileAsync();
        await using (var db = Open()) await db.Database.ExecuteSqlRawAsync("INSERT INTO \"__EFMigrationsHistory\" (\"MigrationId\", \"ProductVersion\") VALUES ('29990101000000_Newer', '10.0')");
        (await RefusedAsync(report.Id, 100)).ShouldContain("another version");
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task A_report_that_is_old_not_complete_or_of_a_deletion_deletes_nothing()
    {
        await PrepareAsync();
        var running = await StartAsync(RunKind.Reconcile);
        (await DeleteAsync(running.Id, 100)).ShouldBeOfType<RunChange.Active>();
        await ChangeAsync(change => change.CancelAsync(running.Id, null, Operator, default));
        (await RefusedAsync(running.Id, 100)).ShouldContain("cancelled");
        var report = await ReconcileAsync();
        Time.Advance(TimeSpan.FromDays(2));
        (await RefusedAsync(report.Id, 100)).ShouldContain("more than a day old");
        var deletion = await DeletedAsync((await ReconcileAsync()).Id, 100);
        (await RefusedAsync(deletion.Id, 100)).ShouldContain("Only a run");
    }

    [Fact]
    public async Task An_orphan_that_changed_or_that_a_row_names_by_now_stays()
    {
        await AddAsync();
        await MarkAsync();
        var (changed, needed, gone) = (Orphan(), Guid.CreateVersion7(Time.GetUtcNow()), Orphan());
        var name = ObjectKey.Incoming("ada", Time.GetUtcNow(), new byte[8], ".jpg").Value;
        foreach (var key in (string[])[changed, gone, name]) await PutAsync(key);
        Time.Advance(TimeSpan.FromDays(3));
        var report = await ReconcileAsync();
        await PutAsync(changed, "new bytes");
        await Areas().Public.DeleteAsync(ObjectKey.Parse(gone), default);
        await using (var db = Open())
            await new AssetStore(db).AddAsync(Asset.Request(new NewUpload { Id = needed, TenantId = "default", OwnerId = "ada", FileName = "a.jpg", ContentType = "image/jpeg", Size = 3, Profile = "web", Key = name, UrlExpiresAt = Time.GetUtcNow() }, Time.GetUtcNow()), default);

        var view = await DeletedAsync(report.Id, 100);
        view.Progress.SkippedBy.ShouldBe(new Dictionary<string, int> { ["changed"] = 1, ["needed"] = 1 }, ignoreOrder: true);
        view.Progress.FoundBy.ShouldBe(new Dictionary<string, int> { ["gone"] = 1 });
        (await HasAsync(changed)).ShouldBeTrue();
        (await HasAsync(name)).ShouldBeTrue();
    }

    [Fact]
    public async Task Objects_of_a_lost_row_that_a_manifest_describes_stay()
    {
        await AddAsync();
        var lost = await AddAsync();
        await MarkAsync();
        await PutAsync($"{ObjectKey.OriginalsOf(lost.Id)}manifest.json");
        await using (var db = Open()) await db.Assets.Where(a => a.Id == lost.Id).ExecuteDeleteAsync();
        Time.Advance(TimeSpan.FromDays(3));
        var keys = await KeysAsync();

        (await DeletedAsync((await ReconcileAsync()).Id, 100)).Progress.SkippedBy.ShouldBe(new Dictionary<string, int> { ["rebuildable"] = 4 });
        (await KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task Uploads_meanwhile_lose_nothing()
    {
        await PrepareAsync(orphans: 60);
        using var stop = new CancellationTokenSource();
        using var clock = new SemaphoreSlim(1);
        var uploads = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await clock.WaitAsync();
                try
                {
                    await AddAsync();
                }
                finally
                {
                    clock.Release();
                }
            }
        });
        for (var round = 0; round < 3; round++)
        {
            await DeletedAsync((await ReconcileAsync()).Id, 1_000);
            await PutAsync(Orphan());

            // No upload takes days between its objects and its row.
            await clock.WaitAsync();
            Time.Advance(TimeSpan.FromDays(3));
            clock.Release();
        }

        await stop.CancelAsync();
        await uploads;
        var assets = await AssetsAsync();
        assets.Count.ShouldBeGreaterThan(2);
        foreach (var key in assets.SelectMany(a => a.Publication!.Variants.Select(v => v.Key).Append(a.Publication.Original.Key))) (await HasAsync(key)).ShouldBeTrue(key);
    }

    [Fact]
    public async Task A_crash_during_the_deletion_goes_on_and_lists_each_object_once()
    {
        await PrepareAsync(orphans: 45);
        var report = await ReconcileAsync();
        var deletions = 0;
        Store.Deletes = _ => ++deletions is 7 or 31 ? throw new IOException("the power failed") : Task.CompletedTask;

        var view = await DeletedAsync(report.Id, 100);
        view.State.ShouldBe(RunState.Completed);
        (await KeysAsync()).Count.ShouldBe(3);
        (await FindingsAsync(report.Id)).Count(line => line.StartsWith("deleted", StringComparison.Ordinal) || line.StartsWith("gone", StringComparison.Ordinal)).ShouldBe(45);
    }

    /// <summary>An asset, and orphans of three days.</summary>
    private async Task<List<string>> PrepareAsync(int orphans = 1)
    {
        await AddAsync();
        await MarkAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, orphans), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await PutAsync(Orphan()));
        Time.Advance(TimeSpan.FromDays(3));
        return await KeysAsync();
    }
}

public sealed class SqliteReconcileSafetyTests() : ReconcileSafetyContract(UsageDatabase.Sqlite());

public sealed class PostgresReconcileSafetyTests() : ReconcileSafetyContract(UsageDatabase.Postgres());

public sealed class S3ReconcileSafetyTests() : ReconcileSafetyContract(UsageDatabase.Postgres(), onS3: true);
