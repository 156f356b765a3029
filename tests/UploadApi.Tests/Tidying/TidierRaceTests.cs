using Pipeline.Storage;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Tidying;

/// <summary>What may happen to an asset, or to its store, while the tidier is at it.</summary>
public sealed class TidierRaceTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Variants_that_are_published_while_the_tidier_looks_stay()
    {
        _room.Tidying.KeepSupersededSeconds = 0;
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
        _room.Tidying.KeepSupersededSeconds = 0;
        var others = await AddReadyWithVariantsAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        var asset = await AddReadyWithVariantsAsync();

        await _room.TidyAsync(new InterruptedStore(_room.Store, call =>
            call == $"list {ObjectKey.VariantsOf(others.Id)}" ? PublishAgainAsync(asset.Id) : Task.CompletedTask));

        var row = await _room.RowAsync(asset.Id);
        await ShouldHaveItsVariants(row);
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

    private async Task<Asset> AddReadyWithVariantsAsync()
    {
        var asset = await _room.AddReadyAsync();
        await _room.PutAsync(asset.Publication.ShouldNotBeNull().Variants.Select(v => v.Key));
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
