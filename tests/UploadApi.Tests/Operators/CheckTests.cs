using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.AllInOne.Database;
using Pipeline.Assets.Costs;
using Pipeline.Assets.Diagnosis;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Postgres;
using Pipeline.Bus;
using Pipeline.Bus.Outcomes;
using Pipeline.Contracts;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.Costs;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Operators;

/// <summary>Checks of the doctor against the broken thing.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_database_without_its_tables_has_pending_migrations()
    {
        using var folder = new TempFolder();
        await using var db = new SqliteAssetDbContext(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite($"Data Source={folder["assets.db"]};Pooling=False").Options);
        await db.Database.ExecuteSqlRawAsync("CREATE TABLE assets (x)");

        var found = await new MigrationsCheck(db).RunAsync(default);
        found.Single(f => f.Check == "database migrations").Status.ShouldBe(FindingStatus.Fail);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_a_warning()
    {
        await using var db = _room.Open();
        (await new MigrationsCheck(db).RunAsync(default)).ShouldAllBe(f => f.Status == FindingStatus.Ok);
        await db.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Later', '10')");
        (await new MigrationsCheck(db).RunAsync(default)).Single(f => f.Check == "database migrations").Status.ShouldBe(FindingStatus.Warn);
    }

    [Fact]
    public async Task A_missing_database_fails()
    {
        using var folder = new TempFolder();
        await using var db = new SqliteAssetDbContext(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite($"Data Source={folder["none.db"]};Pooling=False").Options);
        (await new MigrationsCheck(db).RunAsync(default)).ShouldHaveSingleItem().Status.ShouldBe(FindingStatus.Fail);
    }

    [Theory]
    [InlineData(100L << 20, 100L << 30, FindingStatus.Fail)]
    [InlineData(5L << 30, 100L << 30, FindingStatus.Warn)]
    [InlineData(50L << 30, 100L << 30, FindingStatus.Ok)]
    public async Task A_full_disk_is_found(long free, long total, FindingStatus status) =>
        (await new DiskSpaceCheck([new WatchedFolder("objects", "/data")], _ => (free, total)).RunAsync(default)).ShouldHaveSingleItem().Status.ShouldBe(status);

    [Fact]
    public async Task A_folder_that_is_gone_fails() =>
        (await new DiskSpaceCheck([new WatchedFolder("objects", "/no/such/folder")]).RunAsync(default)).ShouldHaveSingleItem().Status.ShouldBe(FindingStatus.Fail);

    [Fact]
    public async Task A_long_transaction_is_found_with_its_process()
    {
        var database = new OwnPostgres();
        await using (var db = database.Open()) await db.Database.MigrateAsync();
        await using (var holder = database.Open())
        await using (var db = database.Open())
        {
            (await new TransactionsCheck(db, TimeSpan.Zero).RunAsync(default)).Single().Status.ShouldBe(FindingStatus.Ok, "none is open");
            await using var transaction = await holder.Database.BeginTransactionAsync();
            var pid = await holder.Database.SqlQuery<int>($"SELECT pg_backend_pid() AS \"Value\"").SingleAsync();

            var found = (await new TransactionsCheck(db, TimeSpan.FromTicks(1)).RunAsync(default)).Single();
            (found.Status, found.Detail.Contains($"Process {pid} ", StringComparison.Ordinal)).ShouldBe((FindingStatus.Fail, true));
            (await new TransactionsCheck(db).RunAsync(default)).Single().Status.ShouldBe(FindingStatus.Ok, "it is young");
        }

        await database.DropAsync();
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_fails() =>
        (await new TopologyCheck(Options.Create(new RabbitMqOptions { Uri = new Uri("amqp://a:b@127.0.0.1:1/") }), new ReadLanes()).RunAsync(default)).ShouldHaveSingleItem().Status.ShouldBe(FindingStatus.Fail);

    [Fact]
    public async Task What_workers_found_is_shown_and_a_worker_without_findings_is_not_ok()
    {
        await using var db = _room.Open();
        (await new WorkersCheck(db, _room.Time).RunAsync(default)).ShouldHaveSingleItem().Status.ShouldBe(FindingStatus.Fail, "there is no worker");

        var capacity = new WorkerCapacity(db, Options.Create(new DispatchOptions()), _room.Time);
        var (old, young) = (Guid.NewGuid(), Guid.NewGuid());
        await capacity.HearAsync(News(old, null), default);
        await capacity.HearAsync(News(young, [Finding("scanner", "fail"), Finding("disk\nx", "new-word"), null!, .. Enumerable.Range(0, 100).Select(i => Finding($"n{i}", "ok"))]), default);

        var found = await new WorkersCheck(db, _room.Time).RunAsync(default);
        found.Single(f => f.Check == $"worker {old.ToString("N")[..8]}").Status.ShouldBe(FindingStatus.Skipped);
        found.Single(f => f.Check.EndsWith(": scanner", StringComparison.Ordinal)).Status.ShouldBe(FindingStatus.Fail);
        found.Single(f => f.Check.EndsWith(": diskx", StringComparison.Ordinal)).Status.ShouldBe(FindingStatus.Fail, "an unknown word is not ok");
        found.Count.ShouldBeLessThan(40);

        _room.Time.Advance(TimeSpan.FromMinutes(4));
        (await new WorkersCheck(db, _room.Time).RunAsync(default)).ShouldHaveSingleItem().Status.ShouldBe(FindingStatus.Fail, "both are silent");
    }

    [Fact]
    public async Task The_counts_of_all_hosts_add_up_by_day_and_those_that_cannot_be_saved_are_kept()
    {
        await using var services = new ServiceCollection().AddScoped<Pipeline.Assets.Persistence.AssetDbContext>(_ => _room.Open()).BuildServiceProvider();
        var (one, other) = (new StoreRequestCounts(), new StoreRequestCounts());
        foreach (var counts in (StoreRequestCounts[])[one, other, one])
        {
            counts.Add("assets/0e/x", StoreOperation.Put, StoreCause.Publish, 2);
            using var store = new RequestCountStore(counts, services.GetRequiredService<IServiceScopeFactory>(), _room.Time, NullLogger<RequestCountStore>.Instance);
            await store.TrySaveAsync(default);
        }

        await using var db = _room.Open();
        await AnnouncedCounts.SaveAsync(db, [new AnnouncedRequests { Area = "public", Operation = "put", Cause = "publish", Count = 4 }, new AnnouncedRequests { Area = "evil", Operation = "put", Cause = "publish", Count = 1 }, new AnnouncedRequests { Area = "public", Operation = "put", Cause = "publish", Count = -9 }, null!], _room.Now, default);
        (await StoreUsage.ReadAsync(db, 1, _room.Now, default)).Requests.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create(new CountedRequest("public", "put", "publish"), 10L));
        (await StoreUsage.ReadAsync(db, 1, _room.Now.AddDays(1), default)).Requests.ShouldBeEmpty();

        await using var broken = new ServiceCollection().BuildServiceProvider();
        one.Add("assets/x", StoreOperation.Put, StoreCause.Publish);
        using var failing = new RequestCountStore(one, broken.GetRequiredService<IServiceScopeFactory>(), _room.Time, NullLogger<RequestCountStore>.Instance);
        await failing.TrySaveAsync(default);
        one.Take().ShouldHaveSingleItem();
    }

    private static AnnouncedFinding Finding(string check, string status) => new() { Check = check, Status = status, Detail = "d" };

    private static ProfilesAnnounced News(Guid id, IReadOnlyList<AnnouncedFinding>? findings) => new()
    {
        Worker = "w", Engine = "e", Instance = id, Concurrency = 1, ReprocessConcurrency = 1, Profiles = [], Findings = findings,
    };
}
