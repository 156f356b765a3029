using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Manifests;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Manifests;

/// <summary>Beside each frozen original lies a manifest of what its row says, at one request for each state that lasts.</summary>
public abstract class ManifestContract : ManifestRoom
{
    private protected ManifestContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task A_ready_asset_gets_one_manifest_and_no_second_without_a_change()
    {
        var asset = await AddFrozenAsync();
        (await SweepAsync()).ShouldBe(1);
        (await SweepAsync()).ShouldBe(0);

        await ChangeAsync(asset.Id, a => a.FindObjects(Time.GetUtcNow()));
        await ChangeAsync(asset.Id, a => a.HandOutOriginal("ada", 60, Time.GetUtcNow()));
        (await SweepAsync()).ShouldBe(0, "what the manifest leaves out costs no request");

        var manifest = await Files.ReadManifestAsync(asset.Id, default);
        manifest.Content.ShouldNotBeNull().OwnerId.ShouldBe(Some.Owner);
        (await OriginalsAsync()).ShouldBe([asset.Publication!.Original.Key, ObjectKey.Manifest(asset.Id).Value]);
    }

    [Fact]
    public async Task It_follows_each_change_that_lasts()
    {
        var asset = await AddFrozenAsync(Some.Upload(Time.GetUtcNow(), isTemporary: true));
        await SweepAsync();

        await ChangeAsync(asset.Id, a => a.Keep(Time.GetUtcNow()));
        (await SweepAsync(), (await ManifestAsync(asset)).IsTemporary).ShouldBe((1, false));

        await ChangeAsync(asset.Id, a => a.Focus(new FocalPoint { X = 0.5, Y = 0.25 }, Time.GetUtcNow()));
        (await SweepAsync(), (await ManifestAsync(asset)).FocalY).ShouldBe((1, 0.25));

        await ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a, "recipe2") with { Original = asset.Publication!.Original }, Time.GetUtcNow()));
        (await SweepAsync(), (await ManifestAsync(asset)).Publication.Revision).ShouldBe((1, 2));

        await ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, Time.GetUtcNow()));
        (await SweepAsync(), (await ManifestAsync(asset)).Visibility).ShouldBe((1, AssetVisibility.Private));
    }

    [Fact]
    public async Task States_that_do_not_last_cost_nothing()
    {
        var asset = await AddFrozenAsync();
        await ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, Time.GetUtcNow()));
        await ChangeAsync(asset.Id, a => a.Reprocess(Time.GetUtcNow()));
        await ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a, "recipe2") with { Original = asset.Publication!.Original }, Time.GetUtcNow()));
        (await SweepAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_has_no_frozen_original_has_no_manifest()
    {
        await AddFailedAsync(1);
        await using (var db = Open())
        {
            db.Add(Some.Upload(Time.GetUtcNow()));
            await db.SaveChangesAsync();
        }

        (await SweepAsync()).ShouldBe(0);
        (await OriginalsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cleanup_keeps_it_with_the_original_and_deletes_it_with_the_original()
    {
        var (kept, rejected) = (await AddFrozenAsync(), await AddFrozenAsync());
        await SweepAsync();
        foreach (var asset in (Asset[])[kept, rejected]) await ChangeAsync(asset.Id, a => a.FindObjects(Time.GetUtcNow()));
        await CleanAsync();
        (await OriginalsAsync()).Count.ShouldBe(4);

        await ChangeAsync(rejected.Id, a => a.Reprocess(Time.GetUtcNow()));
        await ChangeAsync(rejected.Id, a => a.Reject(Some.Rejected(a), Time.GetUtcNow()));
        await CleanAsync();
        (await OriginalsAsync()).ShouldBe([kept.Publication!.Original.Key, ObjectKey.Manifest(kept.Id).Value]);
    }

    [Fact]
    public async Task Several_instances_write_each_once()
    {
        for (var i = 0; i < 40; i++) await AddFrozenAsync();
        Time.Advance(TimeSpan.FromMinutes(2));
        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SweepNowAsync())));
        written.Sum().ShouldBe(40);
        (await OriginalsAsync()).Count.ShouldBe(80);
    }

    [Fact]
    public async Task A_change_while_it_is_written_is_written_too()
    {
        var asset = await AddFrozenAsync();
        var changed = false;
        var files = Interrupted(async () =>
        {
            if (changed) return;
            changed = true;
            await ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, Time.GetUtcNow()));
        });

        (await SweepAsync(files)).ShouldBe(1);
        (await RowAsync(asset.Id)).ManifestAt.ShouldNotBeNull();
        await SweepAsync();
        (await ManifestAsync(asset)).Visibility.ShouldBe(AssetVisibility.Private);
    }

    [Fact]
    public async Task An_asset_that_is_erased_while_it_is_written_leaves_none()
    {
        var asset = await AddFrozenAsync();
        var files = Interrupted(async () =>
        {
            await ChangeAsync(asset.Id, a => a.Delete(Time.GetUtcNow()));
            await CleanAsync();
        });

        await SweepAsync(files);

        (await OriginalsAsync()).ShouldBe([ObjectKey.Erased(asset.Id).Value]);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_asked_again()
    {
        await AddFrozenAsync();
        (await SweepAsync(Interrupted(() => throw new IOException("503")))).ShouldBe(0);
        (await SweepAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Assets_from_before_get_theirs_at_a_bounded_rate()
    {
        for (var i = 0; i < 5; i++) await AddFrozenAsync();
        await using (var db = Open())
            await db.Assets.ExecuteUpdateAsync(row => row.SetProperty(a => a.ManifestAt, (DateTimeOffset?)null).SetProperty(a => a.ManifestTag, (string?)null));
        Manifests.BackfillPerMinute = 2;
        var position = new ManifestBackfillPosition();

        foreach (var expected in (int[])[2, 2, 1])
        {
            (await BackfillAsync(position)).ShouldBe(expected);
            (await SweepAsync()).ShouldBe(expected);
        }

        (await BackfillAsync(position)).ShouldBe(0);
        position.RestsUntil.ShouldBeGreaterThan(Time.GetUtcNow());
    }

    [Fact]
    public async Task Without_a_key_none_is_written()
    {
        await AddFrozenAsync();
        Keys = ManifestKeys.Of(new ManifestOptions());
        (await SweepAsync()).ShouldBe(0);
        (await OriginalsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_most_variants_fit_into_one()
    {
        var asset = await AddFrozenAsync(with: ready => ready with
        {
            Variants = [.. Enumerable.Range(1, 256).Select(i => Some.Variant(ready.AssetId, new string('r', 64), i, "jpeg") with { Recipe = "00000000000000ab", Animated = true })],
        });
        (await SweepAsync()).ShouldBe(1);
        (await ManifestAsync(asset)).Publication.Variants.Count.ShouldBe(256);
        (await ReadAsync(ObjectKey.Manifest(asset.Id)))!.Length.ShouldBeLessThan(SignedDocument.MaxBytes);
    }

    [Fact]
    public async Task It_is_versioned_json_with_the_hash_of_its_original()
    {
        var asset = await AddFrozenAsync();
        await SweepAsync();
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString((await ReadAsync(ObjectKey.Manifest(asset.Id)))!));
        json.RootElement.GetProperty("version").GetInt32().ShouldBe(1);
        var original = json.RootElement.GetProperty("body").GetProperty("publication").GetProperty("original");
        (original.GetProperty("sha256").GetString(), original.GetProperty("size").GetInt64(), original.GetProperty("eTag").GetString())
            .ShouldBe((asset.Publication!.Original.Sha256, 100, asset.Publication.Original.ETag));
    }

    private ManifestFiles Interrupted(Func<Task> before) =>
        new(Areas() with { Originals = new InterruptedStore(Areas().Originals, call => call.StartsWith("write", StringComparison.Ordinal) ? before() : Task.CompletedTask) }, Keys);

    private async Task<AssetManifest> ManifestAsync(Asset asset) => (await Files.ReadManifestAsync(asset.Id, default)).Content.ShouldNotBeNull();
}

public sealed class SqliteManifestTests() : ManifestContract(UsageDatabase.Sqlite());

public sealed class PostgresManifestTests() : ManifestContract(UsageDatabase.Postgres());
