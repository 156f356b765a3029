using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>Uses its own database on the PostgreSQL of <c>./services.sh</c>.</summary>
public sealed class PostgresShareTests : IAsyncLifetime
{
    private const int Instances = 4;
    private const int Share = 3;
    private readonly OwnPostgres _postgres = new();
    private readonly ConcurrentQueue<Guid> _given = new();

    public async Task InitializeAsync()
    {
        await using var db = Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task An_owners_share_holds_over_instances_that_dispatch_at_once_and_each_request_is_given_once()
    {
        var now = TimeProvider.System.GetUtcNow();
        var flood = await AddAsync("eve", 60, now.AddHours(-1));
        var others = await AddAsync("zoe", 2, now);

        for (var ended = 0; ended < 20; ended++)
        {
            await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => Task.Run(DispatchAsync)));
            (_given.Intersect(flood).Count() - ended).ShouldBe(Share);
            await EndAsync(_given.Intersect(flood).ElementAt(ended));
        }

        _given.Intersect(others).Count().ShouldBe(2);
        _given.Distinct().Count().ShouldBe(_given.Count);
    }

    [Fact]
    public async Task An_instance_goes_on_behind_the_owners_that_another_one_has_claimed()
    {
        var now = TimeProvider.System.GetUtcNow();
        var claimed = await AddAsync("ann", 1, now.AddHours(-1));
        var free = await AddAsync("bob", 2, now.AddHours(-1));
        await using var other = Open();
        await using var transaction = await other.Database.BeginTransactionAsync();
        await other.Database.ExecuteSqlAsync($"SELECT 1 FROM assets WHERE \"Id\" = {claimed[0]} FOR UPDATE");

        await DispatchAsync();
        _given.ShouldBe(free, ignoreOrder: true);

        await transaction.RollbackAsync();
        await DispatchAsync();
        _given.ShouldBe([.. free, .. claimed], ignoreOrder: true);
    }

    [Fact]
    public async Task Announcements_of_one_new_worker_that_instances_read_at_once_are_all_stored()
    {
        for (var round = 0; round < 20; round++)
        {
            var news = new ProfilesAnnounced { Worker = "worker (1.0)", Engine = "engine 1", Instance = Guid.NewGuid(), Concurrency = 3, ReprocessConcurrency = 2, Profiles = [] };
            await Task.WhenAll(Enumerable.Range(0, Instances * 2).Select(_ => Task.Run(() => HearAsync(news))));
        }

        await using var db = Open();
        (await db.Workers.CountAsync()).ShouldBe(20);
    }

    private async Task HearAsync(ProfilesAnnounced news)
    {
        await using var db = Open();
        await new WorkerCapacity(db, Options.Create(new DispatchOptions()), TimeProvider.System).HearAsync(news, default);
    }

    private async Task DispatchAsync()
    {
        await using var db = Open();
        var options = Options.Create(new DispatchOptions { InWorkPerOwner = Share });
        var bus = FakeBus.That((message, _) =>
        {
            _given.Enqueue(((ProcessingRequest)message).AssetId);
            return Task.CompletedTask;
        });
        await new Dispatcher(
            db, new AssetStore(db), bus, new OwnerRoundRobin(), new WorkerCapacity(db, options, TimeProvider.System), options, TimeProvider.System, NullLogger<Dispatcher>.Instance)
            .RunAsync(default);
    }

    private async Task EndAsync(Guid id)
    {
        await using var db = Open();
        (await new AssetStore(db).ChangeAsync(id, a => a.MarkReady(Some.Ready(a), TimeProvider.System.GetUtcNow()), default)).ShouldNotBeNull().Changed.ShouldBeTrue();
    }

    private async Task<List<Guid>> AddAsync(string owner, int count, DateTimeOffset from)
    {
        await using var db = Open();
        var assets = Enumerable.Range(0, count).Select(i => Some.Upload(from.AddSeconds(i), owner: owner)).ToList();
        foreach (var asset in assets) asset.Confirm(Some.ETag, null, asset.CreatedAt).ShouldBeTrue();
        db.Assets.AddRange(assets);
        await db.SaveChangesAsync();
        return assets.ConvertAll(asset => asset.Id);
    }

    private PostgresAssetDbContext Open() => _postgres.Open(new SkipLocked());
}
