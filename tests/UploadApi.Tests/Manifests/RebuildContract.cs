using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Manifests;

/// <summary>A lost table comes back from the originals area alone, and nothing comes back that a manifest of this installation does not vouch for.</summary>
public abstract class RebuildContract : ManifestRoom
{
    /// <summary>What belongs to the work on an asset or to the row itself, and not to what it says.</summary>
    private static readonly HashSet<string> OfTheRow = new(StringComparer.Ordinal)
    {
        nameof(Asset.Version), nameof(Asset.KeyGeneration), nameof(Asset.NamesAllObjects), nameof(Asset.FormerKeys), nameof(Asset.TidyAt), nameof(Asset.TraceContext), nameof(Asset.MultipartId), nameof(Asset.PartSize),
        nameof(Asset.ManifestAt), nameof(Asset.MovedInRevision), nameof(Asset.Work), nameof(Asset.IsAwaited), nameof(Asset.IsInFlight), nameof(Asset.DispatchAt), nameof(Asset.LastHeardAt), nameof(Asset.OnceMore),
    };

    private protected RebuildContract(UsageDatabase database, bool onS3 = false)
        : base(database, onS3)
    {
    }

    [Fact]
    public async Task A_lost_library_comes_back_as_it_was()
    {
        var before = await LibraryAsync();
        await SweepAsync();
        var rows = new List<Asset>();
        foreach (var asset in before) rows.Add(await RowAsync(asset.Id));
        await LoseAsync();

        var view = await RebuildAsync();

        (view.State, view.Progress.Done, view.Progress.Failed).ShouldBe((RunState.Completed, before.Count, 0));
        (await FindingsAsync(view)).ShouldBeEmpty();
        foreach (var lost in rows)
        {
            var back = await RowAsync(lost.Id);
            foreach (var property in typeof(Asset).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite && !OfTheRow.Contains(p.Name)))
                JsonSerializer.Serialize(property.GetValue(back)).ShouldBe(JsonSerializer.Serialize(property.GetValue(lost)), $"{property.Name} of {lost.FileName}");
            Answer(back).ShouldBe(Answer(lost));
            back.Version.ShouldBeGreaterThan(lost.Version, "clients drop what is older than they know");
            (back.Work, back.ManifestAt).ShouldBe((WorkState.Idle, null));
        }
    }

    [Fact]
    public async Task A_batch_and_the_use_of_the_owner_come_back_without_an_event()
    {
        var batch = await AddBatchAsync(total: 2, ready: 2);
        await SweepAsync();
        await LoseAsync();

        await RebuildAsync();

        await using var db = Open();
        var back = await db.Batches.AsNoTracking().SingleAsync();
        (back.Id, back.OwnerId, back.Total, back.Outcome, back.CreatedAt).ShouldBe((batch.Id, Some.Owner, 2, BatchOutcome.AllReady, batch.CreatedAt));
        (await db.Assets.OrderBy(a => a.BatchIndex).Select(a => a.BatchIndex).ToListAsync()).ShouldBe([0, 1]);
        (await db.UsageCounters.SingleAsync(c => c.UserId == Some.Owner && c.Day == 0)).ShouldSatisfyAllConditions(c => c.Files.ShouldBe(2), c => c.Bytes.ShouldBe(200));
        (await db.Events.Where(e => e.Position == null).CountAsync()).ShouldBe(0, "no client gets an event");
        (await db.Events.CountAsync()).ShouldBe(2, "each timeline says that the row was made again");
    }

    [Fact]
    public async Task A_batch_of_which_some_were_not_ready_comes_back_as_that()
    {
        await AddBatchAsync(total: 3, ready: 2);
        await SweepAsync();
        await LoseAsync();
        await RebuildAsync();
        await using var db = Open();
        (await db.Batches.AsNoTracking().SingleAsync()).Outcome.ShouldBe(BatchOutcome.SomeReady);
    }

    [Fact]
    public async Task A_revision_that_was_in_work_is_requested_once_more()
    {
        var asset = await AddFrozenAsync();
        await ChangeAsync(asset.Id, a => a.Focus(new FocalPoint { X = 0.2, Y = 0.8 }, Time.GetUtcNow()));
        await SweepAsync();
        await LoseAsync();

        await RebuildAsync();

        var back = await RowAsync(asset.Id);
        (back.FocalX, back.FocalY, back.Status, back.Work, back.Publication!.Revision).ShouldBe((0.2, 0.8, AssetStatus.Ready, WorkState.Queued, 1));
        back.Revision.ShouldBe(3, "an outcome of the lost request is older");
    }

    [Fact]
    public async Task Rows_that_are_there_stay_as_they_are()
    {
        var asset = await AddFrozenAsync();
        var lost = await AddFrozenAsync();
        await SweepAsync();
        await ChangeAsync(asset.Id, a => a.Focus(new FocalPoint { X = 0.1, Y = 0.1 }, Time.GetUtcNow()));
        var row = await RowAsync(asset.Id);
        await using (var db = Open()) await db.Assets.Where(a => a.Id == lost.Id).ExecuteDeleteAsync();

        var view = await RebuildAsync();

        (view.Progress.Done, view.Progress.SkippedBy["exists"]).ShouldBe((1, 1));
        (await RowAsync(asset.Id)).Version.ShouldBe(row.Version);
        (await RebuildAsync()).Progress.SkippedBy["exists"].ShouldBe(2, "a second run changes nothing");
    }

    [Fact]
    public async Task An_asset_of_another_tenant_is_left_to_its_own_operators()
    {
        var asset = await AddFrozenAsync(Some.Upload(Time.GetUtcNow(), tenant: "acme"));
        await SweepAsync();
        await LoseAsync();

        (await RebuildAsync()).Progress.SkippedBy["other_tenant"].ShouldBe(1);

        await using var db = Open();
        (await db.Assets.AnyAsync(a => a.Id == asset.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_bytes_under_another_tag_fit()
    {
        var asset = await AddFrozenAsync(with: ready => ready with { Original = ready.Original with { ETag = "of-another-store" } });
        await SweepAsync();
        await LoseAsync();

        (await RebuildAsync()).Progress.Done.ShouldBe(1);

        var info = await Areas().Originals.HeadAsync(ObjectKey.Parse(asset.Publication!.Original.Key), default);
        (await RowAsync(asset.Id)).Publication!.Original.ETag.ShouldBe(info!.ETag);
    }

    [Theory]
    [InlineData(RefusedManifest.Unreadable)]
    [InlineData(RefusedManifest.TooLarge)]
    [InlineData(RefusedManifest.NewerVersion)]
    [InlineData(RefusedManifest.WrongSignature)]
    [InlineData(RefusedManifest.UnknownKey)]
    [InlineData(RefusedManifest.OriginalMissing)]
    [InlineData(RefusedManifest.OtherSize)]
    [InlineData(RefusedManifest.OtherBytes)]
    [InlineData(RefusedManifest.NoManifest)]
    public async Task A_manifest_that_does_not_fit_is_refused_and_listed(string why)
    {
        var (good, bad) = (await AddFrozenAsync(), await AddFrozenAsync());
        await SweepAsync();
        await LoseAsync();
        await SpoilAsync(bad, why);

        var view = await RebuildAsync();

        (await FindingsAsync(view)).ShouldBe([(why, bad.Id)]);
        (view.State, view.Progress.Done, view.Progress.FoundBy[why]).ShouldBe((RunState.Completed, 1, 1));
        await using var db = Open();
        (await db.Assets.Select(a => a.Id).ToListAsync()).ShouldBe([good.Id]);
    }

    [Fact]
    public async Task Nobody_gets_an_asset_by_the_manifest_of_another()
    {
        var (mine, yours) = (await AddFrozenAsync(Some.Upload(Time.GetUtcNow(), owner: "eve")), await AddFrozenAsync());
        await SweepAsync();
        await LoseAsync();
        var (first, second) = (await ReadAsync(ObjectKey.Manifest(mine.Id)), await ReadAsync(ObjectKey.Manifest(yours.Id)));
        await WriteAsync(ObjectKey.Manifest(mine.Id), second!);
        await WriteAsync(ObjectKey.Manifest(yours.Id), first!);

        var findings = await FindingsAsync(await RebuildAsync());

        findings.ShouldBe([(RefusedManifest.WrongSignature, mine.Id), (RefusedManifest.WrongSignature, yours.Id)], ignoreOrder: true);
        await using var db = Open();
        (await db.Assets.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_manifest_of_the_key_before_a_rotation_is_accepted()
    {
        var before = new ManifestOptions { SigningKey = Convert.ToBase64String(new byte[32]) };
        Keys = ManifestKeys.Of(before);
        await AddFrozenAsync();
        await SweepAsync();
        await LoseAsync();
        Keys = ManifestKeys.Of(new ManifestOptions { SigningKey = Convert.ToBase64String([.. new byte[31], 1]), PreviousSigningKey = before.SigningKey });

        (await RebuildAsync()).Progress.Done.ShouldBe(1);
        (await BackfillAsync(new ManifestBackfillPosition())).ShouldBe(1, "the newer key signs it in time");
    }

    [Fact]
    public async Task Without_a_key_nothing_is_trusted()
    {
        await AddFrozenAsync();
        await SweepAsync();
        await LoseAsync();
        Keys = ManifestKeys.Of(new ManifestOptions());

        (await ApplyAsync(await PlanAsync(RunKind.Rebuild))).ShouldBeOfType<RunChange.Refused>().Code.ShouldBe("manifests_unsigned");
    }

    [Fact]
    public async Task Only_an_admin_can_apply_it_and_the_plan_says_how_many()
    {
        await AddFrozenAsync();
        await SweepAsync();
        await LoseAsync();
        var plan = await PlanAsync(RunKind.Rebuild);
        plan.Planned.ShouldBe(1);
        (await ApplyAsync(plan, Operator)).ShouldBeOfType<RunChange.AdminOnly>();
    }

    private string Answer(Asset asset) => JsonSerializer.Serialize(AssetView.Of(asset, Areas(), stale: null) with { Sequence = 0 });

    private async Task<IReadOnlyList<Asset>> LibraryAsync()
    {
        var now = Time.GetUtcNow();
        var plain = await AddFrozenAsync();
        var hidden = await AddFrozenAsync(Some.Upload(now, visibility: AssetVisibility.Private), ready => ready with
        {
            Variants = [.. ready.Variants.Select(v => v with { Key = ObjectKey.PrivateVariant(ready.AssetId, "recipe1", v.Name, v.Format).Value, Animated = true, Recipe = "00000000000000ab" })],
        });
        var temporary = await AddFrozenAsync(Some.Upload(now, isTemporary: true, autoConfirm: true, sizeIsBound: true, size: 1_000));
        var focused = await AddFrozenAsync();
        await ChangeAsync(focused.Id, a => a.Focus(new FocalPoint { X = 0.25, Y = 0.75 }, Time.GetUtcNow()));
        await ChangeAsync(focused.Id, a => a.MarkReady(Some.Ready(a, "recipe2") with { Original = focused.Publication!.Original }, Time.GetUtcNow()));
        var kept = await AddFrozenAsync(Some.Upload(now, isTemporary: true, owner: "bob"));
        await ChangeAsync(kept.Id, a => a.Keep(Time.GetUtcNow()));
        var faulty = await AddFrozenAsync();
        await ChangeAsync(faulty.Id, a => a.Reprocess(Time.GetUtcNow()));
        await ChangeAsync(faulty.Id, a => a.AttemptFailed(Some.Failed(a), Never, Time.GetUtcNow()));
        return [plain, hidden, temporary, focused, kept, faulty];
    }

    private async Task<Batch> AddBatchAsync(int total, int ready)
    {
        var batch = new Batch(Guid.CreateVersion7(Time.GetUtcNow()), new Caller("default", Some.Owner, new HashSet<string>()), total, Time.GetUtcNow());
        await using (var db = Open())
        {
            db.Batches.Add(batch);
            await db.SaveChangesAsync();
        }

        for (var i = 0; i < ready; i++) await AddFrozenAsync(Some.Upload(Time.GetUtcNow(), batchId: batch.Id, batchIndex: i));
        return batch;
    }

    private async Task SpoilAsync(Asset asset, string why)
    {
        var (at, original) = (ObjectKey.Manifest(asset.Id), ObjectKey.Parse(asset.Publication!.Original.Key));
        var manifest = (await ReadAsync(at))!;
        var text = Encoding.UTF8.GetString(manifest);
        await (why switch
        {
            RefusedManifest.Unreadable => WriteAsync(at, manifest[..(manifest.Length / 2)]),
            RefusedManifest.TooLarge => WriteAsync(at, new byte[SignedDocument.MaxBytes + 1]),
            RefusedManifest.NewerVersion => WriteAsync(at, Encoding.UTF8.GetBytes(text.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal))),
            RefusedManifest.WrongSignature => WriteAsync(at, Encoding.UTF8.GetBytes(text.Replace($"\"ownerId\":\"{Some.Owner}\"", "\"ownerId\":\"eve\"", StringComparison.Ordinal))),
            RefusedManifest.UnknownKey => new ManifestFiles(Areas(), NewKeys()).WriteAsync(AssetManifest.Of(asset), default),
            RefusedManifest.OriginalMissing => Areas().Originals.DeleteAsync(original, default),
            RefusedManifest.OtherSize => WriteAsync(original, new byte[99]),
            RefusedManifest.OtherBytes => WriteAsync(original, new byte[100]),
            _ => Areas().Originals.DeleteAsync(at, default),
        });
    }
}

public sealed class SqliteRebuildTests() : RebuildContract(UsageDatabase.Sqlite());

public sealed class PostgresRebuildTests() : RebuildContract(UsageDatabase.Postgres());

public sealed class S3RebuildTests() : RebuildContract(UsageDatabase.Postgres(), onS3: true);
