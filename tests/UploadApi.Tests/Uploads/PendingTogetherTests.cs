using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

/// <summary>Concurrent requests to any number of instances, which share only the database.</summary>
public abstract class PendingTogetherTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    protected abstract AssetDbContext OpenDatabase();

    [Fact]
    public async Task Fifty_requests_at_once_never_pass_the_limit_of_uploads()
    {
        (await TogetherAsync(new UploadOptions { PendingPerOwner = 7 }, size: 3)).ShouldBe(7);
    }

    [Fact]
    public async Task Fifty_requests_at_once_never_pass_the_limit_of_bytes()
    {
        (await TogetherAsync(new UploadOptions { PendingBytesPerOwner = 79 }, size: 10)).ShouldBe(7);
    }

    private async Task<int> TogetherAsync(UploadOptions options, long size)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            await using var db = OpenDatabase();
            await go.Task;
            return await new PendingUploads(db, new AssetStore(db), Options.Create(options)).TryAddAsync(Some.Upload(Now, size: size), default);
        })).ToList();
        go.SetResult();

        var taken = (await Task.WhenAll(requests)).Count(share => share is null);

        await using var after = OpenDatabase();
        (await after.Assets.CountAsync(a => a.OwnerId == Some.Owner && a.Status == AssetStatus.Pending)).ShouldBe(taken);
        return taken;
    }
}

public sealed class SqlitePendingTogetherTests : PendingTogetherTests, IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    protected override AssetDbContext OpenDatabase() => _room.Open();
}

/// <summary>Uses its own database on the PostgreSQL of <c>./services.sh</c>.</summary>
public sealed class PostgresPendingTogetherTests : PendingTogetherTests, IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    protected override AssetDbContext OpenDatabase() => _postgres.Open();
}
