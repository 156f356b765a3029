using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class SimilarAssetsTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_nearest_come_first_and_nothing_beyond_the_distance()
    {
        var asset = await AddAsync("ffffffff00000000");
        var far = await AddAsync("ffffffff0000003f");
        var near = await AddAsync("ffffffff80000000");
        await AddAsync("ffffffff0000007f");
        var same = await AddAsync("ffffffff00000000");
        await AddAsync(null);

        var items = await ItemsAsync(asset);

        items.Select(item => (item.Asset.Id, item.Distance)).ShouldBe([(same.Id, 0), (near.Id, 1), (far.Id, 6)]);
        (await ItemsAsync(asset, distance: 0)).ShouldHaveSingleItem().Asset.Id.ShouldBe(same.Id);
        (await ItemsAsync(asset, distance: 7)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task The_limit_keeps_the_nearest_and_of_the_equally_near_the_newest()
    {
        var asset = await AddAsync("0000000000000000");
        await AddAsync("000000000000000f");
        await AddAsync("0000000000000001");
        var newest = await AddAsync("0000000000000002");
        var nearest = await AddAsync("0000000000000000");

        (await ItemsAsync(asset, limit: 2)).Select(item => item.Asset.Id).ShouldBe([nearest.Id, newest.Id]);
    }

    [Fact]
    public async Task What_is_deleted_or_refused_since_is_no_longer_found()
    {
        var asset = await AddAsync("0000000000000000");
        var deleted = await AddAsync("0000000000000000");
        await _room.ChangeAsync(deleted.Id, a => a.Delete(_room.Now));
        var refused = await AddAsync("0000000000000000");
        await _room.ChangeAsync(refused.Id, a => a.Reprocess(_room.Now));
        await _room.ChangeAsync(refused.Id, a => a.Reject(Some.Rejected(a), _room.Now));

        (await ItemsAsync(asset)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_users_asset_is_as_good_as_none() =>
        Code(await AskAsync(await AddAsync("0000000000000000"), user: "eve")).ShouldBe((404, "not_found"));

    [Fact]
    public async Task Without_a_hash_there_is_nothing_to_compare()
    {
        Code(await AskAsync(await AddAsync(null))).ShouldBe((409, "no_perceptual_hash"));
        Code(await AskAsync(await _room.AddConfirmedAsync())).ShouldBe((409, "no_perceptual_hash"));
    }

    [Theory]
    [InlineData(-1, 20)]
    [InlineData(17, 20)]
    [InlineData(6, 0)]
    [InlineData(6, 101)]
    public async Task Distance_and_limit_have_bounds(int distance, int limit) =>
        Code(await AskAsync(await AddAsync("0000000000000000"), distance, limit)).ShouldBe((400, "invalid_request"));

    [Fact]
    public async Task The_hashes_are_read_from_an_index_alone()
    {
        var asset = await AddAsync("0000000000000000");
        var selects = new Selects();

        await AskAsync(asset, watchers: selects);

        await using var db = _room.Open();
        (await selects.PlansAsync(db)).ShouldContain(plan => plan.Contains("USING COVERING INDEX IX_assets_TenantId_OwnerId_PerceptualHash_Id", StringComparison.Ordinal));
    }

    private static (int? Status, string? Code) Code(IResult result)
    {
        var problem = result.ShouldBeOfType<JsonHttpResult<ProblemDetails>>().Value.ShouldNotBeNull();
        return (problem.Status, (string?)problem.Extensions["code"]);
    }

    private Task<Asset> AddAsync(string? hash)
    {
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        return _room.AddReadyAsync(ready => ready with { PerceptualHash = hash });
    }

    private async Task<IReadOnlyList<SimilarAsset>> ItemsAsync(Asset asset, int? distance = null, int? limit = null) =>
        (await AskAsync(asset, distance, limit)).ShouldBeOfType<Ok<SimilarPage>>().Value.ShouldNotBeNull().Items;

    private async Task<IResult> AskAsync(
        Asset asset, int? distance = null, int? limit = null, string user = Some.Owner, params IInterceptor[] watchers)
    {
        await using var db = _room.Open(watchers);
        var similar = new SimilarAssets(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), _room.Areas());
        return await similar.HandleAsync(asset.Id, Some.User(user), distance, limit, default);
    }
}
