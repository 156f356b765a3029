using Pipeline.Assets;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Delivery;

/// <summary>What becomes of the objects when an asset becomes private or public, whatever happens meanwhile.</summary>
public sealed class VariantMoveTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_private_asset_leaves_no_object_in_the_public_area_not_even_a_replaced_one()
    {
        var asset = await AddReadyAsync();
        await RemakeAsync(asset.Id, "recipe2");
        await _room.TidyAsync();
        (await PublicAsync()).Count.ShouldBe(4, "the replaced ones are kept for a day");

        await _room.ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, _room.Now));
        await _room.TidyAsync();

        (await PublicAsync()).ShouldBeEmpty();
        await IsWholeAsync(asset.Id);
    }

    [Fact]
    public async Task A_private_upload_is_never_published_and_one_of_an_old_worker_is_moved()
    {
        var asset = await _room.AddAsync(Some.Upload(_room.Now, visibility: AssetVisibility.Private), a => a.Confirm(Some.ETag, null, _room.Now));
        Pipeline.Assets.Dispatch.DispatchRequest.For(asset).IsPrivate.ShouldBeTrue();
        var made = Made.Of(asset, "recipe1");
        made.Variants.ShouldAllBe(v => v.Key.StartsWith("private/"));

        // An old worker does not know the field.
        var old = made with { Variants = [.. made.Variants.Select(v => v with { Key = v.Key.Replace("private/", "assets/", StringComparison.Ordinal) })] };
        await _room.PutAsync(Made.Keys(old));
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(old, _room.Now));
        await _room.TidyAsync();

        (await PublicAsync()).ShouldBeEmpty();
        await IsWholeAsync(asset.Id);
    }

    [Fact]
    public async Task Of_a_deleted_private_asset_nothing_stays()
    {
        var asset = await AddReadyAsync();
        await ShowAsync(asset.Id, AssetVisibility.Private);
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));

        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_waits_for_a_worker_keeps_nothing_public_and_its_outcome_fits()
    {
        var asset = await AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));
        var request = Pipeline.Assets.Dispatch.DispatchRequest.For(await _room.RowAsync(asset.Id));
        await _room.ChangeAsync(asset.Id, ClaimAndDispatch);

        await ShowAsync(asset.Id, AssetVisibility.Private);
        (await PublicAsync()).ShouldBeEmpty("although no worker is there");
        await IsWholeAsync(asset.Id, isFinal: false);

        // The worker knows the keys from before: it keeps the WebP, and writes another JPEG to the public area.
        await _room.PutAsync(Made.Written(request, "recipe2"));
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(Made.By(request, "recipe2"), _room.Now));
        await _room.TidyAsync();

        (await PublicAsync()).ShouldBeEmpty();
        await IsWholeAsync(asset.Id);
    }

    [Fact]
    public async Task A_repair_that_began_before_the_move_does_not_publish_again()
    {
        var asset = await AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));
        var request = Pipeline.Assets.Dispatch.DispatchRequest.For(await _room.RowAsync(asset.Id));
        await _room.ChangeAsync(asset.Id, ClaimAndDispatch);
        await ShowAsync(asset.Id, AssetVisibility.Private);

        await _room.PutAsync(Made.Written(request, "recipe1"));
        (await PublicAsync()).Count.ShouldBe(2);
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(Made.By(request, "recipe1"), _room.Now));
        await _room.TidyAsync();

        (await PublicAsync()).ShouldBeEmpty();
        await IsWholeAsync(asset.Id);
    }

    [Fact]
    public async Task Who_changes_their_mind_while_the_objects_move_gets_what_they_said_last()
    {
        var asset = await AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, _room.Now));
        var isFirst = true;

        await _room.TidyAsync(new InterruptedStore(_room.Store, async call =>
        {
            if (!isFirst || !call.StartsWith("copy ", StringComparison.Ordinal)) return;
            isFirst = false;
            await _room.ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Public, _room.Now));
        }));
        await SettleAsync();

        (await _room.RowAsync(asset.Id)).IsPrivate.ShouldBeFalse();
        await IsWholeAsync(asset.Id);
    }

    [Fact]
    public async Task A_late_deletion_of_an_earlier_move_takes_nothing_of_a_later_one()
    {
        var asset = await AddReadyAsync();
        var held = new HeldDeletions(_room.Store);
        await _room.ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, _room.Now));
        await _room.TidyAsync(held);
        await ShowAsync(asset.Id, AssetVisibility.Public);
        await ShowAsync(asset.Id, AssetVisibility.Private);
        await ShowAsync(asset.Id, AssetVisibility.Public);

        await held.LandAsync();

        await IsWholeAsync(asset.Id);
    }

    [Fact]
    public async Task A_lost_variant_does_not_keep_the_others_public()
    {
        var asset = await AddReadyAsync();
        await _room.Store.DeleteAsync(ObjectKey.Parse(asset.Publication!.Variants[0].Key), default);

        await ShowAsync(asset.Id, AssetVisibility.Private);

        (await PublicAsync()).ShouldBeEmpty();
        (await _room.RowAsync(asset.Id)).IsMisplaced.ShouldBeFalse();
    }

    /// <summary>A crash is an exception at some call to the store, after which nothing of the run happens any more.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_asked_and_wherever_it_crashes_the_objects_end_where_the_row_says(int seed)
    {
        var random = new Random(seed);
        var asset = await AddReadyAsync();
        var requests = new List<ProcessingRequest>();
        for (var step = 0; step < 120; step++)
        {
            _room.Time.Advance(TimeSpan.FromSeconds(random.Next(400)));
            switch (random.Next(6))
            {
                case 0:
                case 1:
                    await _room.ChangeAsync(asset.Id, a => a.Show(random.Next(2) == 0 ? AssetVisibility.Private : AssetVisibility.Public, _room.Now));
                    break;
                case 2:
                    await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));
                    break;
                case 3 when (await _room.RowAsync(asset.Id)) is { Work: WorkState.Queued, DispatchAt: not null }:
                    var claimed = await _room.ChangeAsync(asset.Id, ClaimAndDispatch);
                    requests.Add(Pipeline.Assets.Dispatch.DispatchRequest.For(claimed));
                    break;
                case 4 when requests.Count > 0:
                    var request = requests[random.Next(requests.Count)];
                    var recipe = $"recipe{random.Next(3)}";
                    await _room.PutAsync(Made.Written(request, recipe));
                    await _room.ChangeAsync(asset.Id, a => a.MarkReady(Made.By(request, recipe), _room.Now) || a.TidyFrom(_room.Now));
                    requests.RemoveAll(r => r.Revision <= request.Revision);
                    break;
                default:
                    var calls = random.Next(30);
                    await _room.TidyAsync(new InterruptedStore(_room.Store, _ => calls-- > 0 ? Task.CompletedTask : throw new IOException("It crashed.")));
                    break;
            }
        }

        foreach (var request in requests.TakeLast(1))
        {
            await _room.PutAsync(Made.Written(request, "recipe1"));
            await _room.ChangeAsync(asset.Id, a => a.MarkReady(Made.By(request, "recipe1"), _room.Now) || a.TidyFrom(_room.Now));
        }

        await SettleAsync();
        var row = await _room.RowAsync(asset.Id);
        if (row.IsPrivate) (await PublicAsync()).ShouldBeEmpty();
        await IsWholeAsync(asset.Id, isFinal: row.Work == WorkState.Idle);
    }

    private async Task<Asset> AddReadyAsync()
    {
        var asset = await _room.AddConfirmedAsync();
        var made = Made.Of(asset, "recipe1");
        await _room.PutAsync(Made.Keys(made));
        return await _room.ChangeAsync(asset.Id, a => a.MarkReady(made, _room.Now));
    }

    private async Task RemakeAsync(Guid id, string recipe)
    {
        var row = await _room.ChangeAsync(id, a => a.Reprocess(_room.Now));
        var request = Pipeline.Assets.Dispatch.DispatchRequest.For(row);
        await _room.PutAsync(Made.Written(request, recipe));
        var keys = row.Publication!.Variants.Select(v => v.Key).ToList();
        var made = Made.By(request, recipe);

        // Also another WebP, so that all variants are replaced.
        made = made with { Variants = [.. made.Variants.Select(v => keys.Contains(v.Key) ? v with { Key = v.Key.Replace("w320", "w321", StringComparison.Ordinal) } : v)] };
        await _room.PutAsync(made.Variants.Select(v => v.Key));
        await _room.ChangeAsync(id, a => a.MarkReady(made, _room.Now));
    }

    private bool ClaimAndDispatch(Asset asset)
    {
        asset.ClaimDispatch(_room.Now.AddMinutes(1), _room.Now);
        return asset.Dispatched(asset.Revision, asset.Attempt, _room.Now);
    }

    private async Task ShowAsync(Guid id, AssetVisibility visibility)
    {
        await _room.ChangeAsync(id, a => a.Show(visibility, _room.Now));
        await _room.TidyAsync();
    }

    // As if the cleanup ran for days, so that leases end and replaced variants go.
    private async Task SettleAsync()
    {
        for (var i = 0; i < 8; i++)
        {
            await _room.TidyAsync();
            _room.Time.Advance(TimeSpan.FromHours(8));
        }

        await _room.TidyAsync();
    }

    private async Task<List<string>> PublicAsync() => (await _room.KeysAsync()).FindAll(key => key.StartsWith("assets/", StringComparison.Ordinal));

    private async Task IsWholeAsync(Guid id, bool isFinal = true)
    {
        var (row, keys) = (await _room.RowAsync(id), await _room.KeysAsync());
        string[] wanted = [row.Publication!.Original.Key, .. row.Publication.Variants.Select(v => v.Key)];
        row.Publication.Variants.ShouldAllBe(v => ObjectKey.IsPrivateVariant(v.Key) == row.IsPrivate);
        foreach (var key in wanted) keys.ShouldContain(key);
        if (isFinal) keys.Except(row.Superseded?.Keys ?? []).ShouldBe(wanted, ignoreOrder: true);
    }
}
