using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Tests.Limits;

namespace Pipeline.UploadApi.Tests.Manifests;

/// <summary>
/// The manifest follows the row through each state that an asset can take once its original is frozen: the row that a rebuild makes says the same, and an
/// asset that shows nothing any more does not come back.
/// </summary>
public abstract class RebuildStatesContract : ManifestRoom
{
    private protected RebuildStatesContract(UsageDatabase database)
        : base(database)
    {
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("of another tenant's neighbour")]
    [InlineData("in a batch")]
    [InlineData("focal point moved")]
    [InlineData("focal point moved twice")]
    [InlineData("reprocessed")]
    [InlineData("reprocessed twice")]
    [InlineData("failed after a good revision")]
    [InlineData("failed, then good")]
    [InlineData("made private")]
    [InlineData("private and public again")]
    [InlineData("variants moved")]
    [InlineData("kept for good")]
    [InlineData("rolled back")]
    public async Task What_is_shown_comes_back_as_it_was(string state)
    {
        var id = await InStateAsync(state);
        await SweepAsync();
        var lost = await RowAsync(id);
        lost.Status.ShouldBe(AssetStatus.Ready, "the case must be one that shows something");
        await LoseAsync();

        var view = await RebuildAsync();

        (view.State, view.Progress.Done, view.Progress.Found).ShouldBe((RunState.Completed, 1, 0));
        Said(await RowAsync(id)).ShouldBe(Said(lost));
    }

    [Theory]
    [InlineData("focal point waits")]
    [InlineData("revision waits")]
    [InlineData("revision in work")]
    [InlineData("revision waits for a retry")]
    public async Task What_was_in_work_is_requested_again_and_says_the_same_meanwhile(string state)
    {
        var id = await InStateAsync(state);
        await SweepAsync();
        var lost = await RowAsync(id);
        lost.Work.ShouldNotBe(WorkState.Idle);
        await LoseAsync();

        await RebuildAsync();

        var back = await RowAsync(id);
        (back.Work, back.Revision).ShouldBe((WorkState.Queued, lost.Revision + 1));
        Said(back, isInWork: true).ShouldBe(Said(lost, isInWork: true));
    }

    [Theory]
    [InlineData("rejected in a later revision")]
    [InlineData("rejected by a later scan")]
    [InlineData("deleted")]
    [InlineData("failed with a frozen original")]
    [InlineData("rejected with a frozen original")]
    public async Task What_shows_nothing_leaves_nothing_behind_and_does_not_come_back(string state)
    {
        var id = await InStateAsync(state);
        await SweepAsync();
        (await RowAsync(id)).Publication.ShouldBeNull();
        await CleanAsync();
        (await OriginalsAsync()).ShouldBe(state == "deleted" ? [ObjectKey.Erased(id).Value] : []);
        await LoseAsync();

        var view = await RebuildAsync();

        (view.State, view.Progress.Done, view.Progress.Found).ShouldBe((RunState.Completed, 0, 0));
        await using var db = Open();
        (await db.Assets.AnyAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task An_original_whose_first_revision_is_still_in_work_is_listed()
    {
        var id = await InStateAsync("queued with a frozen original");
        (await SweepAsync()).ShouldBe(0);
        await LoseAsync();

        (await FindingsAsync(await RebuildAsync())).ShouldBe([(RefusedManifest.NoManifest, id)]);
    }

    [Fact]
    public async Task A_manifest_about_another_asset_is_refused_though_it_is_signed_for_this_place()
    {
        var (mine, yours) = (await AddFrozenAsync(), await AddFrozenAsync());
        await SweepAsync();
        await LoseAsync();
        var at = ObjectKey.Manifest(mine.Id);
        await WriteAsync(at, SignedDocument.Write(SignedDocument.AssetType, at, AssetManifest.Of(yours).ToBytes(), Keys));

        var view = await RebuildAsync();

        (await FindingsAsync(view)).ShouldBe([(RefusedManifest.OtherAsset, mine.Id)]);
        (view.Progress.Done, (await RowAsync(yours.Id)).Id).ShouldBe((1, yours.Id));
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("original of another asset")]
    [InlineData("no original")]
    [InlineData("tenant")]
    [InlineData("variants")]
    public async Task A_signed_manifest_that_no_row_can_hold_is_unreadable(string what)
    {
        var (asset, other) = (await AddFrozenAsync(), await AddFrozenAsync());
        var manifest = AssetManifest.Of(asset);
        manifest = what switch
        {
            "owner" => manifest with { OwnerId = new string('x', 129) },
            "original of another asset" => manifest with { Publication = manifest.Publication with { Original = other.Publication!.Original } },
            "no original" => manifest with { Publication = manifest.Publication with { Original = null! } },
            "tenant" => manifest with { TenantId = "" },
            _ => manifest with { Publication = manifest.Publication with { Variants = null! } },
        };
        await LoseAsync();
        await Areas().Originals.DeleteAsync(ObjectKey.Parse(other.Publication!.Original.Key), default);
        await Files.WriteAsync(manifest, default);

        (await FindingsAsync(await RebuildAsync())).ShouldBe([(RefusedManifest.Unreadable, asset.Id)]);
    }

    /// <summary>What a client or an operator can tell by the row.</summary>
    private string Said(Asset asset, bool isInWork = false)
    {
        var view = AssetView.Of(asset, Areas(), stale: null) with { Sequence = 0 };
        if (isInWork) view = view with { Work = null, Failure = null, UpdatedAt = default };
        return JsonSerializer.Serialize(new
        {
            view, asset.TenantId, asset.OwnerId, asset.BatchId, asset.BatchIndex, asset.Status, asset.Visibility, asset.HasBeenPrivate, asset.FocalPoint, asset.Publication, asset.Superseded,
            asset.ProfileFingerprint, asset.PerceptualHash, asset.Sha256, asset.Size, asset.Profile, asset.IsTemporary, asset.DeleteAt, asset.CreatedAt, asset.ConfirmedAt, asset.ReadyAt,
            FailureCode = isInWork ? null : asset.FailureCode,
        });
    }

    private async Task<Guid> InStateAsync(string state)
    {
        if (state.EndsWith("with a frozen original", StringComparison.Ordinal)) return await UnpublishedAsync(state);
        var now = Time.GetUtcNow();
        var batch = Guid.CreateVersion7(now);
        var asset = await AddFrozenAsync(state switch
        {
            "kept for good" => Some.Upload(now, isTemporary: true),
            "in a batch" => Some.Upload(now, batchId: batch, batchIndex: 7),
            "private and public again" => Some.Upload(now, visibility: AssetVisibility.Private),
            "of another tenant's neighbour" => Some.Upload(now, owner: "acme/ada@example.org"),
            _ => null,
        });
        foreach (var change in Changes(asset, state))
        {
            // Each state has had its manifest by then: an old one must not stay.
            await SweepAsync();
            await ChangeAsync(asset.Id, change);
        }

        return asset.Id;
    }

    private IEnumerable<Func<Asset, bool>> Changes(Asset asset, string state)
    {
        var now = Time.GetUtcNow;
        bool Good(Asset a) => a.MarkReady(Some.Ready(a, $"recipe{a.Revision}") with { Original = asset.Publication!.Original }, now());
        bool Again(Asset a) => a.Reprocess(now());
        bool Look(Asset a, double x) => a.Focus(new FocalPoint { X = x, Y = 0.75 }, now());
        bool Begin(Asset a) => a.Started(Some.Started(a), now());
        return state switch
        {
            "focal point moved" => [a => Look(a, 0.25), Good],
            "focal point moved twice" => [a => Look(a, 0.25), Good, a => Look(a, 0.5), Good],
            "focal point waits" => [a => Look(a, 0.25)],
            "reprocessed" => [Again, Good],
            "reprocessed twice" => [Again, Good, Again, Good],
            "revision waits" => [Again],
            "revision in work" => [Again, Begin],
            "revision waits for a retry" => [Again, a => a.AttemptFailed(Some.Failed(a), Once, now())],
            "failed after a good revision" => [Again, a => a.AttemptFailed(Some.Failed(a), Never, now())],
            "failed, then good" => [Again, a => a.AttemptFailed(Some.Failed(a), Never, now()), Again, Good],
            "made private" => [a => a.Show(AssetVisibility.Private, now())],
            "private and public again" => [a => a.Show(AssetVisibility.Public, now()), a => a.Show(AssetVisibility.Private, now()), a => a.Show(AssetVisibility.Public, now())],
            "variants moved" => [a => a.Show(AssetVisibility.Private, now()), Moved],
            "kept for good" => [a => a.Keep(now())],
            "rolled back" => [Again, Good, a => a.TakeBack(Replaced(asset), now())],
            "rejected in a later revision" => [Again, a => a.Reject(Some.Rejected(a), now())],
            "rejected by a later scan" => [a => a.Withdraw("Eicar", "scanner 2", now())],
            "deleted" => [a => a.Delete(now())],
            _ => [],
        };

        bool Moved(Asset a) => a.Move(
            a.Version, a.Publication!.Variants.ToDictionary(v => v.Key, v => ObjectKey.PrivateVariant(a.Id, "recipe1", v.Name, v.Format == "jpeg" ? "jpg" : v.Format).Value), now());
    }

    private static RetryPolicy Once { get; } = new(new DispatchOptions { MaxAttempts = 2 }, () => 0);

    private static ReplacedPublication Replaced(Asset asset) => new()
    {
        AssetId = asset.Id,
        RunId = Guid.CreateVersion7(),
        ReplacedBy = 2,
        Publication = ReplacedPublication.ToJson(asset.Publication!),
        PerceptualHash = asset.PerceptualHash,
        ReadyAt = asset.ReadyAt!.Value,
    };

    /// <summary>A worker has frozen the original, and nothing was ever published.</summary>
    private async Task<Guid> UnpublishedAsync(string state)
    {
        var asset = await AddFrozenAsync();
        await using var db = Open();
        await db.Events.Where(e => e.AssetId == asset.Id).ExecuteDeleteAsync();
        await db.Assets.Where(a => a.Id == asset.Id).ExecuteDeleteAsync();
        var before = Some.Upload(Time.GetUtcNow(), id: asset.Id);
        before.Confirm(Some.ETag, null, Time.GetUtcNow()).ShouldBeTrue();
        before.Started(Some.Started(before), Time.GetUtcNow()).ShouldBeTrue();
        if (state.StartsWith("failed", StringComparison.Ordinal)) before.AttemptFailed(Some.Failed(before), Never, Time.GetUtcNow()).ShouldBeTrue();
        if (state.StartsWith("rejected", StringComparison.Ordinal)) before.Reject(Some.Rejected(before), Time.GetUtcNow()).ShouldBeTrue();
        db.Assets.Add(before);
        await db.SaveChangesAsync();
        return asset.Id;
    }
}

public sealed class SqliteRebuildStatesTests() : RebuildStatesContract(UsageDatabase.Sqlite());

public sealed class PostgresRebuildStatesTests() : RebuildStatesContract(UsageDatabase.Postgres());
