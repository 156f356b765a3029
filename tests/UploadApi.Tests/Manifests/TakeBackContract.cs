using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Events;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Manifests;

/// <summary>A table that is restored from a time at which an asset was in work, while the store has what became of it.</summary>
public abstract class TakeBackContract : ManifestRoom
{
    private protected TakeBackContract(UsageDatabase database)
        : base(database)
    {
    }

    [Theory]
    [InlineData(AssetStatus.Pending)]
    [InlineData(AssetStatus.Queued)]
    [InlineData(AssetStatus.Processing)]
    [InlineData(AssetStatus.Failed)]
    [InlineData(AssetStatus.Expired)]
    public async Task What_was_ready_is_ready_again(AssetStatus restored)
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        await GoBackAsync(asset, restored);
        Time.Advance(TimeSpan.FromMinutes(30)); // other runs wait for uploads that have waited for so long

        var view = await RebuildAsync();

        (view.Progress.Done, view.Progress.Skipped).ShouldBe((1, 0));
        var row = await RowAsync(asset.Id);
        (row.Status, row.Work, row.Publication!.Original.Key, row.Sha256).ShouldBe((AssetStatus.Ready, WorkState.Idle, asset.Publication!.Original.Key, asset.Sha256));
        await using var db = Open();
        (await db.Events.Where(e => e.AssetId == asset.Id).OrderBy(e => e.Sequence).Select(e => e.Kind).ToListAsync()).TakeLast(2).ShouldBe([AssetEventKind.Rebuilt, AssetEventKind.Ready]);
        (await RebuildAsync()).Progress.SkippedBy["exists"].ShouldBe(1, "a second run changes nothing");
        await CleanAsync();
        (await OriginalsAsync()).ShouldBe([ObjectKey.Manifest(asset.Id).Value, asset.Publication.Original.Key], ignoreOrder: true);
    }

    [Fact]
    public async Task The_cleanup_of_a_failed_row_takes_it_back_before_it_deletes_anything()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        await GoBackAsync(asset, AssetStatus.Failed);

        await CleanAsync();

        (await RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Ready);
        (await OriginalsAsync()).ShouldBe([ObjectKey.Manifest(asset.Id).Value, asset.Publication!.Original.Key], ignoreOrder: true);
    }

    [Fact]
    public async Task The_upload_stays_until_the_manifest_is_written()
    {
        var asset = await AddFrozenAsync();
        var upload = ObjectKey.Parse(asset.IncomingKey);
        await Areas().Incoming.WriteAsync(upload, new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/jpeg" }, default);

        await CleanAsync();
        (await Areas().Incoming.HeadAsync(upload, default)).ShouldNotBeNull("a table of a minute ago could not be restored without it");

        await SweepAsync();
        await CleanAsync();
        (await Areas().Incoming.HeadAsync(upload, default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_upload_goes_soon_after_the_manifest_is_written_although_a_cleanup_ran_meanwhile()
    {
        var asset = await AddFrozenAsync();
        var upload = ObjectKey.Parse(asset.IncomingKey);
        await Areas().Incoming.WriteAsync(upload, new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/jpeg" }, default);
        Time.Advance(TimeSpan.FromSeconds(20));
        var cleaned = 0;
        var originals = new InterruptedStore(Areas().Originals, _ => cleaned++ == 0 ? CleanAsync() : Task.CompletedTask);

        (await SweepNowAsync(new ManifestFiles(Areas() with { Originals = originals }, Keys))).ShouldBe(1);
        cleaned.ShouldBeGreaterThan(0);
        (await Areas().Incoming.HeadAsync(upload, default)).ShouldNotBeNull();

        Time.Advance(TimeSpan.FromSeconds(30));
        await CleanAsync();
        (await Areas().Incoming.HeadAsync(upload, default)).ShouldBeNull("the lease of the manifest lasts minutes longer");
    }

    [Fact]
    public async Task Where_the_store_refuses_manifests_uploads_go_all_the_same()
    {
        var asset = await AddFrozenAsync();
        var upload = ObjectKey.Parse(asset.IncomingKey);
        await Areas().Incoming.WriteAsync(upload, new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/jpeg" }, default);
        Time.Advance(TimeSpan.FromMinutes(11));

        await CleanAsync();

        (await Areas().Incoming.HeadAsync(upload, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_late_outcome_of_the_restored_work_changes_nothing()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        await GoBackAsync(asset, AssetStatus.Processing);
        await RebuildAsync();

        var row = await RowAsync(asset.Id);
        row.AttemptFailed(Some.Failed(row), Never, Time.GetUtcNow()).ShouldBeFalse();
        row.Reject(Some.Rejected(row), Time.GetUtcNow()).ShouldBeFalse();
    }

    [Fact]
    public async Task What_its_owner_erased_does_not_come_back()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        var manifest = (await ReadAsync(ObjectKey.Manifest(asset.Id)))!;
        await ChangeAsync(asset.Id, a => a.Delete(Time.GetUtcNow()));
        await CleanAsync();
        await WriteAsync(ObjectKey.Manifest(asset.Id), manifest); // an object that the cleanup had not reached
        await GoBackAsync(asset, AssetStatus.Failed);

        await RebuildAsync();

        (await RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Deleted);
    }

    [Theory]
    [InlineData(AssetStatus.Rejected)]
    [InlineData(AssetStatus.Deleted)]
    public async Task An_asset_at_its_end_stays_there(AssetStatus end)
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        await GoBackAsync(asset, end);

        (await RebuildAsync()).Progress.Done.ShouldBe(0);

        (await RowAsync(asset.Id)).Status.ShouldBe(end);
    }

    [Fact]
    public async Task A_manifest_of_another_owner_gives_nothing()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        await GoBackAsync(asset, AssetStatus.Failed);
        await using (var db = Open()) await db.Assets.Where(a => a.Id == asset.Id).ExecuteUpdateAsync(row => row.SetProperty(a => a.OwnerId, "eve"));

        (await RebuildAsync()).Progress.SkippedBy["exists"].ShouldBe(1);

        (await RowAsync(asset.Id)).Publication.ShouldBeNull();
    }

    /// <summary>Restores the row as it was before the asset was ready.</summary>
    private async Task GoBackAsync(Asset asset, AssetStatus status)
    {
        var (now, isInWork) = (Time.GetUtcNow(), status is AssetStatus.Queued or AssetStatus.Processing);
        await using (var db = Open())
        {
            await db.Events.Where(e => e.AssetId == asset.Id).ExecuteDeleteAsync();
            await db.Assets.Where(a => a.Id == asset.Id).ExecuteDeleteAsync();
        }

        var before = Some.Upload(now, id: asset.Id);
        if (status == AssetStatus.Expired) before.Expire(now).ShouldBeTrue();
        else if (status == AssetStatus.Deleted) before.Delete(now).ShouldBeTrue();
        else if (status != AssetStatus.Pending) before.Confirm(Some.ETag, null, now).ShouldBeTrue();
        if (status == AssetStatus.Processing) before.Started(Some.Started(before), now).ShouldBeTrue();
        if (status == AssetStatus.Failed) before.AttemptFailed(Some.Failed(before), Never, now).ShouldBeTrue();
        if (status == AssetStatus.Rejected) before.Reject(Some.Rejected(before), now).ShouldBeTrue();
        (before.Status, before.Work != WorkState.Idle).ShouldBe((status, isInWork));
        await using (var db = Open())
        {
            db.Assets.Add(before);
            await db.SaveChangesAsync();
        }
    }
}

public sealed class SqliteTakeBackTests() : TakeBackContract(UsageDatabase.Sqlite());

public sealed class PostgresTakeBackTests() : TakeBackContract(UsageDatabase.Postgres());
