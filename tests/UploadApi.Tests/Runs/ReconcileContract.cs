using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Runs;

/// <summary>What a comparison of store, table and queue finds, and what it leaves alone.</summary>
public abstract class ReconcileContract : ReconcileRoom
{
    private protected ReconcileContract(UsageDatabase database, bool onS3 = false)
        : base(database, onS3)
    {
    }

    [Fact]
    public async Task A_store_and_a_table_that_agree_have_no_findings()
    {
        await AddAsync();
        await AddAsync();
        var view = await ReconcileAsync();
        (view.State, view.Progress.Found, view.Progress.Failed, view.Progress.Done).ShouldBe((RunState.Completed, 0, 0, 8));
    }

    [Fact]
    public async Task Each_kind_of_difference_is_found_and_nothing_changes()
    {
        var (right, lacks, other) = (await AddAsync(), await AddAsync(), await AddAsync());
        var gone = lacks.Publication!.Variants[0].Key;
        await Areas().Public.DeleteAsync(ObjectKey.Parse(gone), default);
        await PutAsync(other.Publication!.Variants[1].Key, "longer");
        await PutAsync(other.Publication.Original.Key, "xyz");
        string[] orphans = [Orphan(), "assets/notes.txt", ObjectKey.Original(Guid.CreateVersion7(), Some.Sha256).Value, $"private/ab/{right.Id}/r/w320.webp", $"quarantine/{right.Id}", "uploads/ada/1-0011223344556677.jpg"];
        foreach (var key in orphans) await PutAsync(key);
        var before = await KeysAsync();
        Time.Advance(TimeSpan.FromDays(3));

        var view = await ReconcileAsync();
        view.State.ShouldBe(RunState.Completed);
        (await FindingsAsync(view.Id)).ShouldBe([.. orphans.Select(key => $"orphan {key}"), $"missing {gone}", $"other_size {other.Publication.Variants[1].Key}", $"other_tag {other.Publication.Original.Key}"], ignoreOrder: true);
        view.Progress.FoundBy.ShouldBe(new Dictionary<string, int> { ["missing"] = 1, ["orphan"] = 6, ["other_size"] = 1, ["other_tag"] = 1 }, ignoreOrder: true);
        (await KeysAsync()).ShouldBe(before);
        (await AssetsAsync()).ShouldAllBe(a => a.Revision == 1);
    }

    [Fact]
    public async Task An_original_that_moved_to_another_store_is_right_by_its_hash_whatever_its_tag_says()
    {
        var asset = await AddAsync(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("abc"u8)), "a-tag-of-another-store");
        (await ReconcileAsync()).Progress.ShouldSatisfyAllConditions(p => p.Found.ShouldBe(0), p => p.Done.ShouldBe(4));
        await PutAsync(asset.Publication!.Original.Key, "xyz");
        (await FindingsAsync((await ReconcileAsync()).Id)).ShouldBe([$"other_tag {asset.Publication.Original.Key}"]);
    }

    [Fact]
    public async Task Objects_of_other_prefixes_are_not_even_listed()
    {
        await AddAsync();
        foreach (var key in (string[])["assets2/a.webp", "assets.txt", "originals-old/b", "uploads2/c.jpg", "watermarks/logo.png", "other/d"]) await PutAsync(key);
        var listed = new List<string>();
        Store.Listed = key => listed.Add(key.Value);

        (await ReconcileAsync()).Progress.Found.ShouldBe(0);
        listed.ShouldAllBe(key => key.StartsWith("assets/") || key.StartsWith("originals/"));
    }

    [Fact]
    public async Task What_work_or_cleanup_deals_with_is_no_orphan()
    {
        var (working, tidied, pending, kept) = (await AddAsync(), await AddAsync(), Some.Upload(Time.GetUtcNow()), await AddAsync());
        await using (var db = Open()) await new AssetStore(db).AddAsync(pending, default);
        await FinishAsync([working.Id], a => a.Reprocess(Time.GetUtcNow()));
        await FinishAsync([tidied.Id], a => a.TidyFrom(Time.GetUtcNow()));
        await FinishAsync([kept.Id], a => a.Reprocess(Time.GetUtcNow()) && a.MarkReady(Some.Ready(a, "recipe2"), Time.GetUtcNow()));
        foreach (var key in (string[])[Orphan(working.Id), Orphan(tidied.Id), pending.IncomingKey]) await PutAsync(key);
        Time.Advance(TimeSpan.FromDays(3));

        var view = await ReconcileAsync();
        view.Progress.SkippedBy["in_work"].ShouldBe(2);
        (await FindingsAsync(view.Id)).ShouldAllBe(line => !line.StartsWith("orphan"));
    }

    [Fact]
    public async Task Work_that_nobody_holds_is_stuck()
    {
        var assets = Enumerable.Range(0, 4).Select(_ => Some.Upload(Time.GetUtcNow())).ToList();
        foreach (var asset in assets)
        {
            asset.Confirm(Some.ETag, null, Time.GetUtcNow()).ShouldBeTrue();
            await PutAsync(asset.IncomingKey);
        }

        assets[1].ClaimDispatch(Time.GetUtcNow(), Time.GetUtcNow());
        assets[1].Dispatched(1, 1, Time.GetUtcNow()).ShouldBeTrue();
        assets[2].Started(Some.Started(assets[2]), Time.GetUtcNow()).ShouldBeTrue();
        assets[3].Delete(Time.GetUtcNow());
        await using (var db = Open()) await new AssetStore(db).AddAsync(assets, default);
        Time.Advance(TimeSpan.FromHours(2));

        var view = await ReconcileAsync();
        (await FindingsAsync(view.Id)).Where(line => line.StartsWith("stuck", StringComparison.Ordinal)).ShouldBe([.. assets.Take(3).Select(a => $"stuck {a.Id}")], ignoreOrder: true);
    }

    [Fact]
    public async Task Uploads_during_a_run_do_not_prolong_it()
    {
        await AddAsync();
        var run = await StartAsync(RunKind.Reconcile);
        Time.Advance(TimeSpan.FromSeconds(1));
        var later = await AddAsync();
        await Areas().Public.DeleteAsync(ObjectKey.Parse(later.Publication!.Variants[0].Key), default);
        await FeedAsync();
        (await ViewAsync(run)).State.ShouldBe(RunState.Completed);
        (await FindingsAsync(run.Id)).ShouldBeEmpty("the row belongs to the next run");
    }

    [Fact]
    public async Task Old_orphans_are_deleted_and_listed_and_nothing_else()
    {
        var asset = await AddAsync();
        await MarkAsync();
        string[] old = [Orphan(), Orphan(asset.Id), ObjectKey.Original(Guid.CreateVersion7(), Some.Sha256).Value];
        foreach (var key in old) await PutAsync(key);
        Time.Advance(TimeSpan.FromDays(3));
        var young = Orphan();
        await PutAsync(young);
        var report = await ReconcileAsync();
        (await RefusedAsync(report.Id)).ShouldContain("3 of 12 objects");

        var view = await DeletedAsync(report.Id, maxDelete: 3);
        (view.State, view.Progress.FoundBy["deleted"], view.Progress.Planned, view.Source).ShouldBe((RunState.Completed, 3, 3, report.Id));
        foreach (var key in old) (await HasAsync(key)).ShouldBeFalse(key);
        (await HasAsync(young)).ShouldBeTrue();
        (await KeysAsync()).Count.ShouldBe(4);
        (await FindingsAsync(report.Id)).Order().ShouldBe([.. old.Select(key => $"deleted {key}").Append($"orphan {young}").Order()]);
        (await FindingsAsync(view.Id)).ShouldBe([.. old.Select(key => $"deleted {key}")], ignoreOrder: true);
        (await ReconcileAsync()).Progress.FoundBy.ShouldBe(new Dictionary<string, int> { ["orphan"] = 1 });
    }

    [Fact]
    public async Task One_percent_is_deleted_without_a_number()
    {
        for (var i = 0; i < 34; i++) await AddAsync();
        await MarkAsync();
        await PutAsync(Orphan());
        await PutAsync(Orphan());
        Time.Advance(TimeSpan.FromDays(3));
        var report = await ReconcileAsync();
        (await DeletedAsync(report.Id)).Progress.FoundBy["deleted"].ShouldBe(2, "1 %, rounded up");
    }

    [Fact]
    public async Task A_listing_of_the_client_stands_in_for_that_of_the_store()
    {
        var at = Areas().Locations.GetValueOrDefault("public") ?? new AreaLocation("photos", "");
        var asset = await AddAsync();
        var orphan = Orphan();
        var request = new RunRequest(RunKind.Reconcile, new RunFilter { All = true }, new RunPaceChange(), "a test", Settings: new ReconcileSettings(Listing: true).ToJson());
        await using var db = Open();
        var run = await new PlanRun(db, null!, new AuditLog(db, Time), Microsoft.Extensions.Options.Options.Create(Settings), Time, new RunWalks(Walks(db))).RunAsync(request, Operator, default);
        var take = new TakeListing(db, new ObjectCheck(db, new AssetStore(db)), Faulty(), Time);
        ListedObject[] first = [Listed(asset.Publication!.Variants[0].Key), Listed(orphan)], second = [Listed("assets2/x"), Listed(asset.Publication.Variants[1].Key) with { Size = 7 }];

        (await take.RunAsync(run.Id, 0, first, Operator, default)).ShouldBe(new ListingTaken.Done(2));
        (await take.RunAsync(run.Id, 0, first, Operator, default)).ShouldBe(new ListingTaken.Done(2), "its answer was lost");
        (await take.RunAsync(run.Id, 3, second, Operator, default)).ShouldBe(new ListingTaken.NotNext(2));
        (await take.RunAsync(run.Id, 2, second, Operator, default)).ShouldBe(new ListingTaken.Done(4));
        (await take.RunAsync(run.Id, 4, second, Operator with { TenantId = "acme" }, default)).ShouldBeOfType<ListingTaken.NotFound>();
        await ApplyAsync(run);
        Store.Listed = key => throw new InvalidOperationException($"The store was listed at {key}.");
        for (var sweeps = 0; sweeps < 5 && (await ViewAsync(run)).State == RunState.Running; sweeps++) await FeedAsync();

        (await take.RunAsync(run.Id, 4, second, Operator, default)).ShouldBeOfType<ListingTaken.WrongState>();
        (await FindingsAsync(run.Id)).ShouldBe([$"orphan {orphan}", $"other_size {asset.Publication.Variants[1].Key}"]);
        (await ViewAsync(run)).Progress.SkippedBy.ShouldBe(new Dictionary<string, int> { ["elsewhere"] = 1 });

        ListedObject Listed(string key) => new(at.Bucket, at.Prefix + key, 3, Time.GetUtcNow(), "t");
    }

    [Fact]
    public async Task Only_an_admin_deletes_and_only_the_list_of_an_own_run()
    {
        await AddAsync();
        var report = await ReconcileAsync();
        await using var db = Open();
        var delete = new DeleteOrphans(db, Safety(db), Start(db), Time);
        (await delete.RunAsync(report.Id, null, "why", Operator, default)).ShouldBeOfType<RunChange.AdminOnly>();
        (await delete.RunAsync(report.Id, null, "why", Admin with { TenantId = "acme" }, default)).ShouldBeOfType<RunChange.NotFound>();
        (await delete.RunAsync(Guid.NewGuid(), null, "why", Admin, default)).ShouldBeOfType<RunChange.NotFound>();
    }
}

public sealed class SqliteReconcileTests() : ReconcileContract(UsageDatabase.Sqlite());

public sealed class PostgresReconcileTests() : ReconcileContract(UsageDatabase.Postgres());

public sealed class S3ReconcileTests() : ReconcileContract(UsageDatabase.Postgres(), onS3: true);
