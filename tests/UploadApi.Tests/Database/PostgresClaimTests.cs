using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>Uses its own database on the PostgreSQL of <c>./services.sh</c>.</summary>
public sealed class PostgresClaimTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        await using var db = Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task Instances_that_claim_at_once_take_different_rows_and_never_wait_for_each_other()
    {
        await using var first = Open();
        foreach (var at in new[] { Now, Now.AddSeconds(1) }) await AddDueAsync(first, at);
        Guid? second = null, third = null;

        var taken = await ClaimAsync(first, asset =>
        {
            // This transaction locks the first row and does not commit its claim.
            second = ClaimAsync(Open(), Lease).GetAwaiter().GetResult()?.Id;
            third = ClaimAsync(Open(), Lease).GetAwaiter().GetResult()?.Id;
            return Lease(asset);
        });

        second.ShouldNotBeNull().ShouldNotBe(taken.ShouldNotBeNull().Id);
        third.ShouldBeNull("both rows are taken");
        (await ClaimAsync(first, Lease)).ShouldBeNull("and stay so");
    }

    private static bool Lease(Asset asset)
    {
        asset.ClaimDispatch(Now.AddDays(1), Now);
        return true;
    }

    private static Task<Asset?> ClaimAsync(AssetDbContext db, Func<Asset, bool> change) =>
        new AssetStore(db).ClaimAsync(db.Assets.Where(a => a.DispatchAt <= Now.AddHours(1)).OrderBy(a => a.DispatchAt), change, default);

    private static async Task AddDueAsync(AssetDbContext db, DateTimeOffset at)
    {
        var asset = Some.Upload(at);
        asset.Confirm(Some.ETag, null, at).ShouldBeTrue();
        await new AssetStore(db).AddAsync(asset, default);
    }

    private PostgresAssetDbContext Open() => _postgres.Open(new SkipLocked());
}
