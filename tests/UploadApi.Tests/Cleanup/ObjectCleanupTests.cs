using Pipeline.Assets;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Cleanup;

public sealed class ObjectCleanupTests : IDisposable
{
    private static readonly TimeSpan AfterTheUrl = Some.UrlLife + TimeSpan.FromMinutes(11);
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Of_a_ready_asset_the_original_and_the_variants_stay_and_the_upload_goes()
    {
        var asset = await AddReadyWithObjectsAsync();

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBe(Published(asset), ignoreOrder: true);
    }

    [Fact]
    public async Task Of_a_rejected_asset_nothing_stays()
    {
        var asset = await AddReadyWithObjectsAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Reject(Some.Rejected(a), _room.Now));

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_failed_asset_the_upload_stays_so_that_it_can_be_tried_again()
    {
        _room.Dispatch.MaxAttempts = 1;
        var asset = await _room.AddConfirmedAsync();
        await _room.PutAsync([asset.IncomingKey, ObjectKey.Original(asset.Id, Some.Sha256).Value, Some.Variant(asset.Id, "half", 320, "jpeg").Key]);
        await _room.ChangeAsync(asset.Id, a => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now));

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBe([asset.IncomingKey]);
    }

    /// <summary>Objects of the version before lie without the two hex digits, and so do those that its workers still write.</summary>
    [Theory]
    [InlineData(KeyLayout.Flat)]
    [InlineData(KeyLayout.Sharded)]
    public async Task Objects_of_each_layout_stay_if_they_are_published_and_go_if_not(KeyLayout layout)
    {
        var asset = await _room.AddReadyAsync(ready => ready with
        {
            Original = ready.Original with { Key = ObjectKey.Original(ready.AssetId, Some.Sha256, layout: layout).Value },
            Variants = [.. ready.Variants.Select(v => v with { Key = ObjectKey.Variant(ready.AssetId, "recipe1", v.Name, v.Format, layout).Value })],
        });
        await _room.PutAsync(Published(asset));
        await _room.ChangeAsync(asset.Id, a => a.FindObjects(_room.Now));
        foreach (var other in Enum.GetValues<KeyLayout>())
        {
            await _room.PutAsync(
                ObjectKey.Original(asset.Id, "0bad", layout: other).Value, ObjectKey.Variant(asset.Id, "half", "w320", "jpg", other).Value);
        }

        await _room.TidyAsync();
        (await _room.KeysAsync()).ShouldBe(Published(asset), ignoreOrder: true);

        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        await _room.TidyAsync();
        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_an_expired_upload_nothing_stays()
    {
        var asset = await _room.AddAsync(a => a.Expire(_room.Now));
        await _room.PutAsync(asset.IncomingKey);

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_deleted_asset_nothing_stays_and_nothing_of_others_goes()
    {
        var other = await AddReadyWithObjectsAsync();
        await _room.TidyAsync();
        var asset = await AddReadyWithObjectsAsync();
        await _room.PutAsync(ObjectKey.Quarantine(asset.Id).Value);
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBe(Published(other), ignoreOrder: true);
    }

    [Fact]
    public async Task An_upload_that_arrives_after_the_deletion_is_found_by_the_second_look()
    {
        var asset = await _room.AddAsync(a => a.Delete(_room.Now));
        await _room.TidyAsync();
        await _room.PutAsync(asset.IncomingKey);

        await _room.TidyAsync();
        (await _room.KeysAsync()).ShouldBe([asset.IncomingKey], "the URL is still valid, so it is too early");

        _room.Time.Advance(AfterTheUrl);
        await _room.TidyAsync();
        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_that_comes_as_slowly_as_may_be_is_found_by_the_last_look_and_only_then_is_the_asset_erased()
    {
        _room.Cleanup.SlowestUploadBytesPerSecond = 1;
        var asset = await _room.AddAsync(Some.Upload(_room.Now, size: 3 * 86_400), a => a.Delete(_room.Now));
        _room.Time.Advance(AfterTheUrl);
        await _room.TidyAsync();
        _room.Time.Advance(TimeSpan.FromDays(2));
        await _room.TidyAsync();
        (await _room.TimelineAsync(asset.Id)).ShouldNotContain("erased", "its upload may still come");
        await _room.PutAsync(asset.IncomingKey);

        _room.Time.Advance(TimeSpan.FromDays(1));
        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
        (await _room.TimelineAsync(asset.Id))[^1].ShouldBe("erased");
        (await _room.RowAsync(asset.Id)).TidyAt.ShouldBeNull();
    }

    [Theory]
    [InlineData(AssetStatus.Failed)]
    [InlineData(AssetStatus.Rejected)]
    [InlineData(AssetStatus.Ready)]
    [InlineData(AssetStatus.Deleted)]
    public async Task What_a_worker_writes_after_the_end_and_never_tells_is_found_a_day_later(AssetStatus end)
    {
        _room.Dispatch.MaxAttempts = 1;
        _room.Cleanup.KeepSupersededSeconds = 0;
        var asset = await _room.AddConfirmedAsync();
        var late = Made.Of(asset, "recipe2");
        await _room.ChangeAsync(asset.Id, a => end switch
        {
            AssetStatus.Failed => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now),
            AssetStatus.Rejected => a.Reject(Some.Rejected(a), _room.Now),
            AssetStatus.Ready => a.Started(Some.Started(a), _room.Now) && a.Started(Some.Started(a), _room.Now) && a.MarkReady(Some.Ready(a), _room.Now),
            _ => a.Delete(_room.Now),
        });
        await _room.TidyAsync();
        _room.Time.Advance(AfterTheUrl);
        await _room.TidyAsync();

        await _room.PutAsync(Made.Keys(late).Where(key => end != AssetStatus.Ready || key.StartsWith("assets/", StringComparison.Ordinal)));
        _room.Time.Advance(TimeSpan.FromDays(1));
        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
        (await _room.RowAsync(asset.Id)).TidyAt.ShouldBeNull();
    }

    [Fact]
    public async Task An_upload_that_is_put_again_after_the_asset_was_ready_goes_as_well()
    {
        var asset = await AddReadyWithObjectsAsync();
        await _room.TidyAsync();
        await _room.PutAsync(asset.IncomingKey);

        _room.Time.Advance(AfterTheUrl);
        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBe(Published(asset), ignoreOrder: true);
    }

    [Fact]
    public async Task Variants_of_an_earlier_recipe_stay_for_the_pages_that_show_them_and_then_go()
    {
        var asset = await AddReadyWithObjectsAsync();
        await _room.TidyAsync();
        await ReprocessAsync(asset.Id, "recipe2");

        await _room.TidyAsync();
        var both = await _room.KeysAsync();
        both.Count(key => key.Contains("/recipe1/", StringComparison.Ordinal)).ShouldBe(2);
        both.Count(key => key.Contains("/recipe2/", StringComparison.Ordinal)).ShouldBe(2);

        _room.Time.Advance(TimeSpan.FromSeconds(_room.Cleanup.KeepSupersededSeconds));
        await _room.TidyAsync();
        (await _room.KeysAsync()).ShouldBe(Published(await _room.RowAsync(asset.Id)), ignoreOrder: true);
        (await _room.RowAsync(asset.Id)).TidyAt.ShouldBeNull();
    }

    [Fact]
    public async Task However_often_an_asset_is_made_anew_it_keeps_what_was_shown_the_longest_and_no_more_than_twice_what_it_needs()
    {
        var asset = await AddReadyWithObjectsAsync();
        _room.Time.Advance(TimeSpan.FromHours(3));
        for (var i = 2; i < 30; i++)
        {
            await ReprocessAsync(asset.Id, $"recipe{i}");
            await _room.TidyAsync();
            _room.Time.Advance(TimeSpan.FromSeconds(2));
        }

        var keys = await _room.KeysAsync();
        keys.Count(key => key.Contains("/recipe1/", StringComparison.Ordinal)).ShouldBe(2);
        keys.Count(key => key.Contains("/recipe29/", StringComparison.Ordinal)).ShouldBe(2);
        keys.Count.ShouldBe(5);
    }

    [Fact]
    public async Task What_a_revision_has_left_that_was_never_published_goes_before_the_next_begins()
    {
        var asset = await AddReadyWithObjectsAsync();
        var second = await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now) && a.Dispatched(2, 1, _room.Now) && a.Reprocess(_room.Now) && a.FindObjects(_room.Now));
        await _room.PutAsync([.. Some.Ready(second, "recipe2").Variants.Select(v => v.Key), Some.Variant(asset.Id, "half", 320, "jpeg").Key]);
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a, "recipe2"), _room.Now));
        (await _room.RowAsync(asset.Id)).DispatchAt.ShouldNotBeNull().ShouldBeGreaterThan(_room.Now);

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldNotContain(key => key.Contains("/half/", StringComparison.Ordinal));
        var row = await _room.RowAsync(asset.Id);
        (row.Revision, row.DispatchAt).ShouldBe((3, _room.Now));
    }

    [Fact]
    public async Task What_a_failed_reprocess_has_left_goes_and_what_is_published_stays()
    {
        _room.Dispatch.MaxAttempts = 1;
        var asset = await AddReadyWithObjectsAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));
        _room.Time.Advance(TimeSpan.FromDays(2));
        await _room.TidyAsync();
        await _room.PutAsync(Some.Variant(asset.Id, "half", 320, "jpeg").Key);
        await _room.ChangeAsync(asset.Id, a => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now));

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBe(Published(asset), ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_in_work_is_not_touched()
    {
        var asset = await AddReadyWithObjectsAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now) && a.Dispatched(2, 1, _room.Now));
        var before = await _room.KeysAsync();
        _room.Time.Advance(TimeSpan.FromDays(2));

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBe(before);
    }

    private async Task<Asset> AddReadyWithObjectsAsync()
    {
        var asset = await _room.AddReadyAsync();
        await _room.PutAsync([asset.IncomingKey, .. Published(asset)]);
        return asset;
    }

    private async Task ReprocessAsync(Guid id, string recipe)
    {
        var asset = await _room.ChangeAsync(id, a => a.Reprocess(_room.Now));
        await _room.PutAsync(Some.Ready(asset, recipe).Variants.Select(v => v.Key));
        await _room.ChangeAsync(id, a => a.MarkReady(Some.Ready(a, recipe), _room.Now));
    }

    private static List<string> Published(Asset asset) =>
        [asset.Publication.ShouldNotBeNull().Original.Key, .. asset.Publication.Variants.Select(v => v.Key)];
}
