using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Cleanup;

/// <summary>Events of an asset, or of its store, while the cleanup works on it.</summary>
public sealed class CleanupRaceTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Variants_that_are_published_while_the_tidier_looks_stay()
    {
        _room.Cleanup.KeepSupersededSeconds = 0;
        var asset = await AddReadyWithVariantsAsync();

        await _room.TidyAsync(new InterruptedStore(_room.Store, call =>
            call.StartsWith("list assets/", StringComparison.Ordinal) ? PublishAgainAsync(asset.Id) : Task.CompletedTask));

        var row = await _room.RowAsync(asset.Id);
        await ShouldHaveItsVariants(row);
        row.TidyAt.ShouldNotBeNull("it is to be looked at once more");
    }

    [Fact]
    public async Task Variants_of_an_asset_that_was_reprocessed_while_others_were_tidied_stay()
    {
        (_room.Cleanup.KeepSupersededSeconds, _room.Cleanup.Concurrency) = (0, 1);
        var others = await AddReadyWithVariantsAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        var asset = await AddReadyWithVariantsAsync();

        await _room.TidyAsync(new InterruptedStore(_room.Store, call =>
            call == $"list {ObjectKey.VariantsOf(others.Id)}" ? PublishAgainAsync(asset.Id) : Task.CompletedTask));

        var row = await _room.RowAsync(asset.Id);
        await ShouldHaveItsVariants(row);
    }

    [Fact]
    public async Task A_retry_that_makes_what_a_failed_reprocess_left_is_whole_though_the_left_is_deleted_meanwhile()
    {
        _room.Dispatch.MaxAttempts = 1;
        _room.Cleanup.KeepSupersededSeconds = 0;
        var asset = await AddReadyWithVariantsAsync();
        await LeaveAndFailAsync(asset.Id);

        await _room.TidyAsync(new InterruptedStore(_room.Store, Once("delete assets/", () => RemakeAsync(asset.Id))));

        await ShouldHaveAllThatIsPublished(asset.Id);
    }

    [Fact]
    public async Task A_retry_of_a_failed_asset_has_its_original_and_its_variants_though_those_of_the_failure_are_deleted_meanwhile()
    {
        _room.Dispatch.MaxAttempts = 1;
        var asset = await _room.AddConfirmedAsync();
        await _room.PutAsync(asset.IncomingKey);
        await LeaveAndFailAsync(asset.Id, reprocess: false);

        await _room.TidyAsync(new InterruptedStore(_room.Store, Once("delete originals/", () => RemakeAsync(asset.Id))));

        await ShouldHaveAllThatIsPublished(asset.Id);
    }

    [Fact]
    public async Task A_recipe_that_comes_back_while_its_superseded_variants_are_deleted_gets_new_names()
    {
        var asset = await AddReadyWithVariantsAsync();
        await RemakeAsync(asset.Id);
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Cleanup.KeepSupersededSeconds));

        await _room.TidyAsync(new InterruptedStore(_room.Store, Once("delete assets/", () => RemakeAsync(asset.Id, "recipe1"))));

        await ShouldHaveAllThatIsPublished(asset.Id);
        (await _room.RowAsync(asset.Id)).Publication.ShouldNotBeNull().Recipe.ShouldBe(Made.Whole("recipe1"));
    }

    [Fact]
    public async Task What_is_made_again_unchanged_keeps_its_names_whatever_was_deleted_before()
    {
        _room.Dispatch.MaxAttempts = 1;
        var asset = await AddReadyWithVariantsAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Cleanup.KeepSupersededSeconds));
        await LeaveAndFailAsync(asset.Id);
        await _room.TidyAsync();

        await RemakeAsync(asset.Id, "recipe1");

        var now = await _room.RowAsync(asset.Id);
        now.Publication.ShouldNotBeNull().Revision.ShouldBe(3);
        now.Publication.Variants.Select(v => v.Key).ShouldBe(asset.Publication.ShouldNotBeNull().Variants.Select(v => v.Key));
    }

    /// <summary>Its object is older than the deletions that are under way, and its name may be of any generation.</summary>
    [Fact]
    public async Task A_variant_that_a_revision_keeps_stays_while_what_the_revision_before_has_replaced_is_deleted()
    {
        var asset = await AddReadyWithVariantsAsync();
        await RemakeAsync(asset.Id);
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Cleanup.KeepSupersededSeconds));

        await _room.TidyAsync(new InterruptedStore(_room.Store, Once("delete assets/", () => RemakeAsync(asset.Id, "recipe3"))));

        await ShouldHaveAllThatIsPublished(asset.Id);
        var kept = (await _room.RowAsync(asset.Id)).Publication.ShouldNotBeNull().Variants.Single(v => v.Format == "webp");
        kept.ShouldBe(asset.Publication.ShouldNotBeNull().Variants.Single(v => v.Format == "webp"));
    }

    [Fact]
    public async Task An_asset_whose_objects_cannot_be_listed_does_not_hold_up_the_others()
    {
        var broken = await AddReadyWithVariantsAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        var asset = await AddReadyWithVariantsAsync();
        await _room.PutAsync(asset.IncomingKey);

        await _room.TidyAsync(new InterruptedStore(_room.Store, call =>
            call == $"list {ObjectKey.OriginalsOf(broken.Id)}" ? throw new IOException("a bad sector") : Task.CompletedTask));

        (await _room.KeysAsync()).ShouldNotContain(asset.IncomingKey);
        (await _room.RowAsync(broken.Id)).TidyAt.ShouldNotBeNull().ShouldBeGreaterThan(_room.Now, "it is tried again, but later");
    }

    // The event that happens first, inside the first of these calls.
    private static Func<string, Task> Once(string call, Func<Task> first)
    {
        var done = false;
        return async made =>
        {
            if (done || !made.StartsWith(call, StringComparison.Ordinal)) return;
            done = true;
            await first();
        };
    }

    private async Task LeaveAndFailAsync(Guid id, bool reprocess = true)
    {
        if (reprocess) await _room.ChangeAsync(id, a => a.Reprocess(_room.Now));
        await _room.PutAsync(Made.Written(DispatchRequest.For(await _room.RowAsync(id)), "recipe2"));
        await _room.ChangeAsync(id, a => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now));
    }

    private async Task RemakeAsync(Guid id, string recipe = "recipe2")
    {
        _room.Time.Advance(TimeSpan.FromMilliseconds(1));
        var request = DispatchRequest.For(await _room.ChangeAsync(id, a => a.Reprocess(_room.Now)));
        var ready = Made.By(request, recipe);
        await _room.PutAsync(Made.Written(request, recipe));
        await _room.ChangeAsync(id, a => a.MarkReady(ready, _room.Now));
    }

    private async Task ShouldHaveAllThatIsPublished(Guid id)
    {
        var published = (await _room.RowAsync(id)).Publication.ShouldNotBeNull();
        string[] wanted = [published.Original.Key, .. published.Variants.Select(v => v.Key)];
        (await _room.KeysAsync()).Intersect(wanted).ShouldBe(wanted, ignoreOrder: true);
    }

    private async Task<Asset> AddReadyWithVariantsAsync()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.MarkReady(Made.Of(a, "recipe1"), _room.Now), a => a.FindObjects(_room.Now));
        await _room.PutAsync([asset.Publication.ShouldNotBeNull().Original.Key, .. asset.Publication.Variants.Select(v => v.Key)]);
        return asset;
    }

    private async Task ShouldHaveItsVariants(Asset asset)
    {
        var keys = await _room.KeysAsync();
        asset.Publication.ShouldNotBeNull().Recipe.ShouldBe("recipe2");
        asset.Publication.Variants.ShouldAllBe(v => keys.Contains(v.Key));
    }

    private async Task PublishAgainAsync(Guid id)
    {
        _room.Time.Advance(TimeSpan.FromMilliseconds(1));
        var asset = await _room.ChangeAsync(id, a => a.Reprocess(_room.Now));
        await _room.PutAsync(Some.Ready(asset, "recipe2").Variants.Select(v => v.Key));
        await _room.ChangeAsync(id, a => a.MarkReady(Some.Ready(a, "recipe2"), _room.Now));
    }
}
