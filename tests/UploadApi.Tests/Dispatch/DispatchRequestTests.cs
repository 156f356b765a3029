using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

public sealed class DispatchRequestTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_row_belongs_to_the_queue_that_its_request_goes_to_and_to_no_other()
    {
        var first = await _room.AddConfirmedAsync();
        var again = await _room.AddAsync(Confirm, a => a.MarkReady(Some.Ready(a), _room.Now), a => a.Reprocess(_room.Now));
        var suspect = await _room.AddAsync(Confirm, a => a.TakeBackPoison(1, 1, _room.Retries, _room.Now));

        await ShouldBeRowsOf(QueueNames.Uploads, typeof(UploadConfirmed), first);
        await ShouldBeRowsOf(QueueNames.Reprocess, typeof(ReprocessRequested), again);
        await ShouldBeRowsOf(QueueNames.Suspects, typeof(SuspectRequested), suspect);
    }

    [Fact]
    public async Task A_request_names_what_is_published_and_that_the_api_knows_the_sharded_keys()
    {
        var first = await _room.AddConfirmedAsync();
        var again = await _room.AddAsync(Confirm, a => a.MarkReady(Some.Ready(a), _room.Now), a => a.Reprocess(_room.Now));

        (DispatchRequest.For(first).ShardedKeys, DispatchRequest.For(first).Published).ShouldBe((true, null));
        var published = DispatchRequest.For(again).Published.ShouldNotBeNull();
        published.Recipe.ShouldBe(again.Publication!.Recipe);
        published.Variants.ShouldBe(again.Publication.Variants);
    }

    /// <summary>Such a worker writes to <c>assets/{id}/{recipe}/</c> if the recipe is its own; there, deletions may be under way.</summary>
    [Theory]
    [InlineData(KeyLayout.Flat, "recipe1", "recipe1")]
    [InlineData(KeyLayout.Flat, "recipe1-2", null)]
    [InlineData(KeyLayout.Sharded, "recipe1", null)]
    public async Task A_worker_of_the_version_before_is_told_the_recipe_only_if_its_keys_are_the_published_ones(KeyLayout layout, string inKeys, string? told)
    {
        var asset = await _room.AddAsync(Confirm, a => a.MarkReady(In(layout, inKeys, Some.Ready(a)), _room.Now), a => a.Reprocess(_room.Now));

        DispatchRequest.For(asset).PublishedRecipe.ShouldBe(told);
    }

    private static AssetReady In(KeyLayout layout, string recipe, AssetReady ready) => ready with
    {
        Variants = [.. ready.Variants.Select(v => v with { Key = ObjectKey.Variant(ready.AssetId, recipe, v.Name, v.Format, layout).Value })],
    };

    private bool Confirm(Asset asset) => asset.Confirm(Some.ETag, null, _room.Now);

    private async Task ShouldBeRowsOf(string queue, Type message, Asset asset)
    {
        DispatchRequest.For(asset).ShouldBeOfType(message);
        await using var db = _room.Open();
        db.Assets.Where(DispatchRequest.Queues.Single(q => q.Name == queue).Rows).Select(a => a.Id).ShouldBe([asset.Id]);
    }
}
