using System.Text;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Runs;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Manifests;

/// <summary>An asset that its owner has erased stays erased, whichever backup of the table is restored.</summary>
public abstract class ErasedContract : ManifestRoom
{
    private protected ErasedContract(UsageDatabase database, bool onS3 = false)
        : base(database, onS3)
    {
    }

    [Fact]
    public async Task Of_an_erased_asset_only_a_mark_stays_which_says_nothing_of_its_owner()
    {
        var asset = await AddFrozenAsync(Some.Upload(Time.GetUtcNow(), owner: "owner-of-the-picture"));
        await SweepAsync();
        await EraseAsync(asset);

        (await OriginalsAsync()).ShouldBe([ObjectKey.Erased(asset.Id).Value]);
        var mark = Encoding.UTF8.GetString((await ReadAsync(ObjectKey.Erased(asset.Id)))!);
        mark.ShouldContain($"{asset.Id}");
        foreach (var personal in (string[])["owner-of-the-picture", asset.FileName, asset.Publication!.Original.Sha256]) mark.ShouldNotContain(personal);
        (await RowAsync(asset.Id)).IsMarkedErased.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_restore_it_is_erased_again(bool byRun)
    {
        var (erased, other) = (await AddFrozenAsync(), await AddFrozenAsync());
        await SweepAsync();
        var yesterday = new[] { await RowAsync(erased.Id), await RowAsync(other.Id) };
        await EraseAsync(erased);
        await RestoreAsync(yesterday);
        (await RowAsync(erased.Id)).Status.ShouldBe(AssetStatus.Ready);

        if (byRun)
        {
            var view = await RebuildAsync();
            (await FindingsAsync(view)).ShouldBe([("erased", erased.Id)]);
            view.Progress.SkippedBy["exists"].ShouldBe(1);
        }
        else
        {
            (await CheckErasedAsync()).ShouldBe(1);
        }

        (await RowAsync(erased.Id)).ShouldSatisfyAllConditions(a => a.Status.ShouldBe(AssetStatus.Deleted), a => a.FileName.ShouldBeEmpty(), a => a.Publication.ShouldBeNull());
        (await RowAsync(other.Id)).Status.ShouldBe(AssetStatus.Ready);
        await using var db = Open();
        var deleted = await db.Events.Where(e => e.AssetId == erased.Id && e.Kind == AssetEventKind.Deleted).OrderBy(e => e.Sequence).LastAsync();
        deleted.Sentence().ShouldBe("A restored table had brought the asset back; it is erased again.");
        (await CheckErasedAsync()).ShouldBe(0, "once is enough");
    }

    [Fact]
    public async Task A_manifest_that_was_left_behind_brings_nothing_back()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        var (manifest, original) = ((await ReadAsync(ObjectKey.Manifest(asset.Id)))!, ObjectKey.Parse(asset.Publication!.Original.Key));
        var bytes = (await ReadAsync(original))!;
        await EraseAsync(asset);
        await LoseAsync();
        await WriteAsync(ObjectKey.Manifest(asset.Id), manifest);
        await WriteAsync(original, bytes);

        (await RebuildAsync()).Progress.SkippedBy["erased"].ShouldBe(1);

        await using var db = Open();
        (await db.Assets.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_mark_that_this_installation_did_not_sign_erases_nothing()
    {
        var (forged, moved, erased) = (await AddFrozenAsync(), await AddFrozenAsync(), await AddFrozenAsync());
        await EraseAsync(erased);
        await new ManifestFiles(Areas(), NewKeys()).WriteAsync(new ErasedMark(forged.Id, Time.GetUtcNow()), default);
        await WriteAsync(ObjectKey.Erased(moved.Id), (await ReadAsync(ObjectKey.Erased(erased.Id)))!);

        (await CheckErasedAsync()).ShouldBe(0);
        (await FindingsAsync(await RebuildAsync())).ShouldBe([("mark_refused", forged.Id), ("mark_refused", moved.Id)], ignoreOrder: true);

        foreach (var asset in (Asset[])[forged, moved]) (await RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Ready);
    }

    [Fact]
    public async Task The_objects_go_although_the_store_refuses_the_mark_which_follows_later()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        await ChangeAsync(asset.Id, a => a.Delete(Time.GetUtcNow()));
        var refuses = true;
        var store = new InterruptedStore(Areas().Originals, call => refuses && call.StartsWith("write", StringComparison.Ordinal) ? throw new IOException("403") : Task.CompletedTask);

        await CleanAsync(Areas() with { Originals = store });
        (await OriginalsAsync()).ShouldBeEmpty();
        (await RowAsync(asset.Id)).TidyAt.ShouldNotBeNull();

        refuses = false;
        Time.Advance(TimeSpan.FromMinutes(11));
        await CleanAsync(Areas() with { Originals = store });
        (await OriginalsAsync()).ShouldBe([ObjectKey.Erased(asset.Id).Value]);
    }

    [Fact]
    public async Task The_mark_is_in_the_store_before_an_object_goes()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        await ChangeAsync(asset.Id, a => a.Delete(Time.GetUtcNow()));
        var calls = new List<string>();
        var store = new InterruptedStore(Areas().Originals, call =>
        {
            calls.Add(call.Split(' ')[0]);
            return Task.CompletedTask;
        });

        await CleanAsync(Areas() with { Originals = store });

        calls.IndexOf("write").ShouldBe(0);
        calls.Count(call => call == "write").ShouldBe(1, "the row remembers it");
        calls.ShouldContain("delete");
    }

    [Fact]
    public async Task Marks_older_than_any_backup_go()
    {
        var asset = await AddFrozenAsync();
        await EraseAsync(asset);
        await CheckErasedAsync();
        (await OriginalsAsync()).Count.ShouldBe(1);

        // The store has the time of the machine.
        Time.Advance(TimeProvider.System.GetUtcNow() - Time.GetUtcNow() + TimeSpan.FromDays(Manifests.KeepErasedDays + 1));
        await CheckErasedAsync();
        (await OriginalsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_that_never_came_leaves_no_mark()
    {
        var asset = Some.Upload(Time.GetUtcNow());
        await using (var db = Open())
        {
            db.Add(asset);
            await db.SaveChangesAsync();
        }

        await EraseAsync(asset);
        (await OriginalsAsync()).ShouldBeEmpty();
    }

    private async Task EraseAsync(Asset asset)
    {
        await ChangeAsync(asset.Id, a => a.Delete(Time.GetUtcNow()));
        await CleanAsync();
    }

    private async Task RestoreAsync(params Asset[] rows)
    {
        await LoseAsync();
        await using var db = Open();
        db.Assets.AddRange(rows);
        await db.SaveChangesAsync();
    }
}

public sealed class SqliteErasedTests() : ErasedContract(UsageDatabase.Sqlite());

public sealed class PostgresErasedTests() : ErasedContract(UsageDatabase.Postgres());

public sealed class S3ErasedTests() : ErasedContract(UsageDatabase.Postgres(), onS3: true);
