using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Outcomes;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Profiles;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Outcomes;

/// <summary>
/// Outcomes that a real PostgreSQL refuses, in the test's own database. A trigger refuses writes to rows whose profile is a
/// SQLSTATE, as long as the table <c>broken</c> has a row; the sequence <c>tries</c> counts the tries, including rolled-back ones.
/// </summary>
public sealed class PostgresOutcomeTests : IAsyncLifetime
{
    // More than the queue's concurrency.
    private const int Many = 40;

    private readonly OwnPostgres _postgres = new();
    private readonly ServiceProvider _services;

    public PostgresOutcomeTests() => _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new RetryPolicy(new DispatchOptions(), () => 0))
        .AddSingleton<IDatabaseFaults, PostgresFaults>()
        .AddSingleton<TransientFaults>()
        .AddSingleton<SweepSignal<ObjectCleanup>>()
        .AddSingleton<SweepSignal<Dispatcher>>()
        .AddOptions()
        .AddScoped<WorkerCapacity>()
        .AddScoped<AssetDbContext>(_ => _postgres.Open(new ReadOnlyServer()))
        .AddScoped<AssetStore>()
        .AddScoped<OutcomeWriter>()
        .AddScoped<ProfileRegistry>()
        .AddMassTransit(bus =>
        {
            bus.AddAssetConsumers();
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        })
        .BuildServiceProvider();

    private IBusControl Bus => _services.GetRequiredService<IBusControl>();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
        await db.Database.ExecuteSqlRawAsync("""
            CREATE TABLE broken (id int);
            INSERT INTO broken VALUES (1);
            CREATE SEQUENCE tries;
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW."Profile" <> 'web' AND EXISTS (SELECT 1 FROM broken) THEN
                    PERFORM nextval('tries');
                    RAISE EXCEPTION 'refused' USING ERRCODE = NEW."Profile";
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON assets FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        await Bus.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Bus.StopAsync();
        await _services.DisposeAsync();
        await _postgres.DropAsync();
    }

    [Theory]
    [InlineData("22021")]
    [InlineData("22P05")]
    [InlineData("23514")]
    [InlineData("P0001")]
    public async Task Outcomes_that_the_database_can_never_take_hold_up_no_other(string state)
    {
        foreach (var _ in Enumerable.Range(0, Many)) await Bus.Publish(Some.Started(await AddAsync(state)));
        var good = await AddAsync("web");
        await Bus.Publish(Some.Ready(good));

        await Eventually.True(async () => (await RowAsync(good)).Status == AssetStatus.Ready, "the good outcome is taken");
        await Eventually.True(async () => await TriesAsync() == Many, "each of the others was tried once");
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("53100")]
    [InlineData("55P03")]
    [InlineData("57P03")]
    [InlineData("58030")]
    [InlineData("25006")]
    public async Task An_outcome_waits_for_a_database_that_is_in_no_state_to_take_it(string state)
    {
        var asset = await AddAsync(state);
        await Bus.Publish(Some.Ready(asset));
        await Eventually.True(async () => await TriesAsync() >= 3, "it is tried again");
        (await RowAsync(asset)).Status.ShouldBe(AssetStatus.Queued);

        await using (var db = _postgres.Open()) await db.Database.ExecuteSqlRawAsync("DELETE FROM broken");

        await Eventually.True(async () => (await RowAsync(asset)).Status == AssetStatus.Ready, "it is taken");
    }

    private async Task<Asset> AddAsync(string profile)
    {
        var asset = Some.Upload(TimeProvider.System.GetUtcNow(), profile);
        asset.Confirm(Some.ETag, null, TimeProvider.System.GetUtcNow()).ShouldBeTrue();
        await using var db = _postgres.Open();
        await new AssetStore(db).AddAsync(asset, default);
        return asset;
    }

    private async Task<Asset> RowAsync(Asset asset)
    {
        await using var db = _postgres.Open();
        return await db.Assets.AsNoTracking().SingleAsync(a => a.Id == asset.Id);
    }

    private async Task<long> TriesAsync()
    {
        await using var db = _postgres.Open();
        return (await db.Database.SqlQueryRaw<long>("SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS \"Value\" FROM tries").ToListAsync())[0];
    }
}
