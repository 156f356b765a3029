using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Limits;

/// <summary>What a user and a tenant have used.</summary>
public abstract class UsageContract : UsageRoom
{
    private protected UsageContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task An_upload_counts_by_its_announced_size_and_a_ready_one_by_its_true_size()
    {
        var asset = await AddAsync(size: 10);
        (await StoredAsync()).ShouldBe((1, 10));
        (await TodayAsync()).ShouldBe((1, 10));

        await ChangeAsync(asset, a => a.Confirm(Some.ETag, null, Now));
        await ChangeAsync(asset, a => a.MarkReady(Some.Ready(a), Now));

        (await StoredAsync()).ShouldBe((1, 3), "the worker measured three bytes");
        (await TodayAsync()).ShouldBe((1, 3));
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((1, 3));
    }

    [Fact]
    public async Task An_upload_that_expires_or_is_rejected_or_deleted_before_its_confirm_is_returned_whole_and_once()
    {
        Func<Asset, bool>[][] ends =
        [
            [a => a.Expire(Now)],
            [a => a.Delete(Now)],
            [a => a.Confirm(Some.ETag, null, Now), a => a.Reject(Some.Rejected(a), Now)],
        ];
        foreach (var changes in ends)
        {
            var asset = await AddAsync(size: 10);
            foreach (var change in changes) await ChangeAsync(asset, change);
            (await StoredAsync()).ShouldBe((0, 0));
            (await TodayAsync()).ShouldBe((0, 0));

            foreach (var change in changes) await ChangeAsync(asset, change);
            await ChangeAsync(asset, a => a.Delete(Now));
            (await StoredAsync()).ShouldBe((0, 0), "nothing is returned twice");
            (await TodayAsync(UsageCounter.WholeTenant)).ShouldBe((0, 0));
        }
    }

    [Fact]
    public async Task A_deletion_after_the_confirm_frees_the_storage_and_not_the_day()
    {
        var (waiting, ready, failed) = (await AddAsync(size: 10), await AddAsync(size: 3), await AddAsync(size: 20));
        foreach (var asset in (Asset[])[waiting, ready, failed]) await ChangeAsync(asset, a => a.Confirm(Some.ETag, null, Now));
        await ChangeAsync(ready, a => a.MarkReady(Some.Ready(a), Now));
        await ChangeAsync(failed, a => a.AttemptFailed(Some.Failed(a), new(new() { MaxAttempts = 1 }, () => 0), Now));
        (await StoredAsync()).ShouldBe((3, 33));

        foreach (var asset in (Asset[])[waiting, ready, failed]) await ChangeAsync(asset, a => a.Delete(Now));

        (await StoredAsync()).ShouldBe((0, 0));
        (await TodayAsync()).ShouldBe((3, 33));
    }

    [Fact]
    public async Task A_photo_that_is_rejected_when_it_is_processed_again_leaves_the_storage_and_stays_in_its_day()
    {
        var asset = await AddAsync(size: 3);
        await ChangeAsync(asset, a => a.Confirm(Some.ETag, null, Now));
        await ChangeAsync(asset, a => a.MarkReady(Some.Ready(a), Now));
        await ChangeAsync(asset, a => a.Reprocess(Now.AddDays(3)));
        await ChangeAsync(asset, a => a.Reject(Some.Rejected(a), Now.AddDays(3)));

        (await StoredAsync()).ShouldBe((0, 0));
        (await TodayAsync()).ShouldBe((1, 3));
    }

    [Fact]
    public async Task Many_who_expire_and_delete_one_upload_at_once_return_it_once()
    {
        await AddAsync(size: 5);
        var asset = await AddAsync(size: 10);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            await using var db = Open();
            await new AssetStore(db).ChangeAsync(asset.Id, a => i % 2 == 0 ? a.Expire(Now) : a.Delete(Now), default);
        })));

        (await StoredAsync()).ShouldBe((1, 5));
        (await TodayAsync()).ShouldBe((1, 5));
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((1, 5));
    }

    [Fact]
    public async Task One_query_reads_all_that_is_used()
    {
        await ChangeAsync(await AddAsync(size: 10), a => a.Confirm(Some.ETag, null, Now));
        await AddAsync(size: 5);
        await AddAsync(size: 20, owner: "bob");

        await using var db = Open();
        var usage = await CurrentUsage.ReadAsync(db, new Caller(Some.Owner), Now, default);

        (usage.PendingUploads, usage.PendingBytes).ShouldBe((1, 5));
        LimitKind.All.Select(kind => (kind.Name, usage.UsedOf(kind))).ShouldBe(
        [
            ("user_bytes_stored", 15), ("tenant_bytes_stored", 35), ("user_files_per_day", 2), ("user_bytes_per_day", 15), ("tenant_files_per_day", 3), ("tenant_bytes_per_day", 35),
        ]);
        var tomorrow = await CurrentUsage.ReadAsync(db, new Caller(Some.Owner), Now.AddDays(1), default);
        LimitKind.All.Select(tomorrow.UsedOf).ShouldBe([15, 35, 0, 0, 0, 0]);
    }

    public sealed class OnSqlite() : UsageContract(UsageDatabase.Sqlite());

    public sealed class OnPostgres() : UsageContract(UsageDatabase.Postgres())
    {
        [Fact]
        public async Task A_process_that_freezes_before_its_commit_does_not_stop_the_uploads_of_others_for_ever()
        {
            await using var db = Open();
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Assets.Add(Some.Upload(Now));
            await db.SaveChangesAsync();

            (await db.Database.SqlQuery<string>($"SELECT current_setting('idle_in_transaction_session_timeout') AS \"Value\"").SingleAsync()).ShouldBe("10s");
        }
    }
}
