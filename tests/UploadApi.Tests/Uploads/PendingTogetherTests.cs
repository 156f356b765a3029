using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

/// <summary>Concurrent requests to any number of instances, which share only the database.</summary>
public abstract class PendingTogetherTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    protected abstract AssetDbContext OpenDatabase();

    private protected virtual UploadGroups? GroupsOf(UploadOptions options) => null;

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

    [Fact]
    public async Task Thirty_batches_at_once_are_taken_as_a_whole_or_not_at_all_and_never_pass_the_limit()
    {
        var options = new UploadOptions { PendingPerOwner = 7 };
        var taken = await TogetherAsync(30, async pending =>
        {
            var batch = new Batch(Guid.CreateVersion7(), new Caller(Some.Owner), total: 3, Now);
            return await pending.TryAddAsync([.. Enumerable.Range(0, 3).Select(i => Some.Upload(Now, batchId: batch.Id, batchIndex: i))], batch, default);
        }, options);

        taken.ShouldBe(2);
        await using var after = OpenDatabase();
        (await after.Batches.CountAsync()).ShouldBe(2);
        (await after.Assets.Select(a => a.BatchIndex).OrderBy(i => i).ToListAsync()).ShouldBe([0, 0, 1, 1, 2, 2]);
    }

    [Fact]
    public async Task A_batch_that_alone_passes_a_limit_is_not_taken()
    {
        await using var db = OpenDatabase();
        Asset[] two = [Some.Upload(Now, size: 10), Some.Upload(Now, size: 10)];

        (await Some.Pending(db, new UploadOptions { PendingPerOwner = 1 }).TryAddAsync(two, batch: null, default)).ShouldBeOfType<NotAdded.TooManyPending>().Share.Count.ShouldBe(0);
        (await Some.Pending(db, new UploadOptions { PendingBytesPerOwner = 19 }).TryAddAsync(two, batch: null, default)).ShouldBeOfType<NotAdded.TooManyPending>().Share.Bytes.ShouldBe(0);
        (await db.Assets.CountAsync()).ShouldBe(0);
    }

    private async Task<int> TogetherAsync(UploadOptions options, long size)
    {
        var taken = await TogetherAsync(50, pending => pending.TryAddAsync(Some.Upload(Now, size: size), default), options);

        await using var after = OpenDatabase();
        (await after.Assets.CountAsync(a => a.OwnerId == Some.Owner && a.Status == AssetStatus.Pending)).ShouldBe(taken);
        return taken;
    }

    private async Task<int> TogetherAsync(int count, Func<PendingUploads, Task<NotAdded?>> add, UploadOptions options)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = Enumerable.Range(0, count).Select(_ => Task.Run(async () =>
        {
            await using var db = OpenDatabase();
            await go.Task;
            return await add(Some.Pending(db, options, groups: GroupsOf(options)));
        })).ToList();
        go.SetResult();
        return (await Task.WhenAll(requests)).Count(refusal => refusal is null);
    }
}

public sealed class SqlitePendingTogetherTests : PendingTogetherTests, IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    protected override AssetDbContext OpenDatabase() => _room.Open();
}

/// <summary>Uses its own database on the PostgreSQL of <c>./services.sh</c>.</summary>
public class PostgresPendingTogetherTests : PendingTogetherTests, IAsyncLifetime
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

/// <summary>Requests to one instance that share transactions.</summary>
public sealed class GroupedPendingTogetherTests : PostgresPendingTogetherTests
{
    private readonly Dictionary<UploadOptions, UploadGroups> _groups = [];

    private protected override UploadGroups? GroupsOf(UploadOptions options)
    {
        lock (_groups)
        {
            if (_groups.TryGetValue(options, out var known)) return known;
            using var db = OpenDatabase();
            return _groups[options] = new UploadGroups(new PostgresUploadRows(db), Options.Create(options), Options.Create(new LimitsOptions()), TimeProvider.System);
        }
    }
}
