using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Contracts;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

/// <summary>An invalid row, from an older version or edited by hand, does not make other rows of its owner unreadable.</summary>
public sealed class OddRowTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("assets//x")]
    public async Task A_variant_whose_key_is_none_is_left_out_of_its_asset_and_the_asset_stays(string key)
    {
        var before = await AddAsync();
        var odd = await AddAsync(ready => ready with { Variants = [ready.Variants[0], ready.Variants[1] with { Key = key }] });
        var after = await AddAsync();

        var items = await ListAsync();

        items.Select(item => item.Id).ShouldBe([after.Id, odd.Id, before.Id]);
        items[1].Variants.ShouldHaveSingleItem().Format.ShouldBe("jpeg");
    }

    [Theory]
    [InlineData("Publication", "{}")]
    [InlineData("Publication", "not json")]
    [InlineData("Publication", "[1]")]
    [InlineData("Status", "Shining")]
    [InlineData("Work", "")]
    public async Task A_row_that_cannot_be_read_is_left_out_and_the_list_goes_on_behind_it(string column, string value)
    {
        var oldest = await AddAsync();
        var odd = await AddAsync();
        var newest = await AddAsync();
        await EditAsync(odd, column, value);

        (await ListAsync()).Select(item => item.Id).Where(id => id != odd.Id).ShouldBe([newest.Id, oldest.Id]);

        var first = await PageAsync(limit: 2, cursor: null);
        first.Items.Select(item => item.Id).Where(id => id != odd.Id).ShouldBe([newest.Id]);
        (await PageAsync(limit: 2, first.NextCursor.ShouldNotBeNull())).Items.ShouldHaveSingleItem().Id.ShouldBe(oldest.Id);
    }

    [Theory]
    [InlineData("\"original\":", "\"original\":null,\"was\":")]
    [InlineData("\"variants\":", "\"variants\":null,\"was\":")]
    [InlineData("\"variants\":[", "\"variants\":[null,")]
    [InlineData("\"placeholder\":", "\"placeholder\":null,\"was\":")]
    public async Task A_publication_with_holes_is_shown_as_far_as_it_goes(string part, string instead)
    {
        var odd = await AddAsync();
        await using (var db = _room.Open())
        {
            var json = (await db.Database.SqlQuery<string>($"SELECT Publication AS Value FROM assets").ToListAsync()).ShouldHaveSingleItem();
            json.ShouldContain(part);
            await EditAsync(odd, "Publication", json.Replace(part, instead, StringComparison.Ordinal));
        }

        (await ListAsync()).ShouldHaveSingleItem().Id.ShouldBe(odd.Id);
    }

    [Fact]
    public async Task A_perceptual_hash_that_is_none_costs_no_search_for_similar_ones()
    {
        var (one, other, odd) = (await AddAsync(), await AddAsync(), await AddAsync());
        await EditAsync(odd, "PerceptualHash", "no hash");

        await using var db = _room.Open();
        var similar = new SimilarAssets(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), _room.Areas());
        var answer = await similar.HandleAsync(one.Id, Some.User(), distance: null, limit: null, default);

        answer.ShouldBeOfType<Ok<SimilarPage>>().Value.ShouldNotBeNull().Items.ShouldHaveSingleItem().Asset.Id.ShouldBe(other.Id);
    }

    // Ids sort by the creation time of their assets; within a millisecond their order is random.
    private Task<Asset> AddAsync(Func<AssetReady, AssetReady>? with = null)
    {
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        return _room.AddReadyAsync(with ?? (ready => ready));
    }

    private async Task EditAsync(Asset asset, string column, string value)
    {
        await using var db = _room.Open();
        // The test names the column itself, since SQLite and EF Core write ids differently as parameters of raw SQL.
#pragma warning disable EF1002
        var rows = await db.Database.ExecuteSqlRawAsync($"UPDATE assets SET \"{column}\" = {{0}} WHERE lower(\"Id\") = {{1}}", value, asset.Id.ToString());
#pragma warning restore EF1002
        rows.ShouldBe(1);
    }

    private async Task<IReadOnlyList<AssetView>> ListAsync() => (await PageAsync(limit: null, cursor: null)).Items;

    private async Task<AssetPage> PageAsync(int? limit, string? cursor)
    {
        await using var db = _room.Open();
        var reads = new AssetReads(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), _room.Areas());
        var answer = await reads.ListAsync(Some.User(), status: null, ids: null, batchId: null, stale: null, staleReason: null, cursor, limit, default);
        return answer.ShouldBeOfType<Ok<AssetPage>>().Value.ShouldNotBeNull();
    }
}
