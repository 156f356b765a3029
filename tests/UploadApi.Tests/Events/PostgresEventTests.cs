using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Events;

public sealed class PostgresEventTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task The_events_of_a_month_are_dropped_as_a_whole_and_the_others_stay()
    {
        var now = new DateTimeOffset(2030, 5, 20, 0, 0, 0, TimeSpan.Zero);
        await using var db = _postgres.Open();
        for (var month = -4; month <= 0; month++)
        {
            await new PostgresEventPartitions(db).PrepareAsync(now.AddMonths(month), default);
            db.Assets.Add(Some.Upload(now.AddMonths(month)));
        }

        await db.SaveChangesAsync();
        var retention = new EventRetention(
            new PostgresEventPartitions(db), Options.Create(new EventOptions()), Options.Create(new LedgerOptions { KeepMonths = 2 }), new ManualTime(now));

        await retention.RunAsync(default);
        await retention.RunAsync(default);

        (await db.Events.AsNoTracking().Select(e => e.At.Month).OrderBy(month => month).ToListAsync()).ShouldBe([3, 4, 5]);
        (await PartitionsAsync(db)).ShouldNotContain("asset_events_2030_02");
    }

    [Fact]
    public async Task An_event_of_a_month_without_a_partition_is_kept()
    {
        await using var db = _postgres.Open();
        db.Assets.Add(Some.Upload(new DateTimeOffset(1999, 12, 31, 23, 59, 59, TimeSpan.Zero)));
        await db.SaveChangesAsync();

        // The default partition holds an event of that month, so the month cannot get one of its own.
        await new PostgresEventPartitions(db).PrepareAsync(new DateTimeOffset(1999, 12, 1, 0, 0, 0, TimeSpan.Zero), default);

        (await db.Events.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Neither_a_new_month_nor_a_dropped_one_waits_for_a_long_transaction()
    {
        await using var open = _postgres.Open();
        await using var transaction = await open.Database.BeginTransactionAsync();
        open.Assets.Add(Some.Upload(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        await open.SaveChangesAsync();

        await using var db = _postgres.Open();
        var partitions = new PostgresEventPartitions(db);
        await partitions.PrepareAsync(new DateTimeOffset(2032, 1, 1, 0, 0, 0, TimeSpan.Zero), default).WaitAsync(TimeSpan.FromSeconds(60));
        await partitions.DropBeforeAsync(new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero), default).WaitAsync(TimeSpan.FromSeconds(60));
        await transaction.RollbackAsync();
    }

    [Fact]
    public async Task Another_instance_is_told_also_after_its_connection_was_cut()
    {
        var heard = new LocalEventSignal();
        using var listener = new PostgresEventListener(heard, new LocalStepSignal(), () => _postgres.Connection, NullLogger<PostgresEventListener>.Instance);
        await listener.StartAsync(default);
        await IsToldAsync(heard);

        await using (var db = _postgres.Open())
            await db.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
        await IsToldAsync(heard);

        await listener.StopAsync(default);
    }

    [Fact]
    public async Task Another_instance_hears_the_step_of_a_worker()
    {
        var steps = new LocalStepSignal();
        var heard = new TaskCompletionSource<StepReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        steps.Listen(report => heard.TrySetResult(report));
        using var listener = new PostgresEventListener(new LocalEventSignal(), steps, () => _postgres.Connection, NullLogger<PostgresEventListener>.Instance);
        await listener.StartAsync(default);
        await using var services = new ServiceCollection().AddScoped<AssetDbContext>(_ => _postgres.Open()).BuildServiceProvider();
        var sender = new PostgresStepSignal(services.GetRequiredService<IServiceScopeFactory>());
        var sent = new StepReport(Guid.CreateVersion7(), 2, "scan");

        await Eventually.True(
            async () =>
            {
                await sender.ReportAsync(sent, default);
                return heard.Task.IsCompleted;
            },
            "the other instance hears it");

        (await heard.Task).ShouldBe(sent);
        await listener.StopAsync(default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    public void A_foreign_notification_is_no_step(string payload) => PostgresStepSignal.Parse(payload).ShouldBeNull();

    // The listener may not be connected yet, so the signal is repeated.
    private async Task IsToldAsync(LocalEventSignal heard)
    {
        await using var services = new ServiceCollection().AddScoped<AssetDbContext>(_ => _postgres.Open()).BuildServiceProvider();
        var sender = new PostgresEventSignal(new LocalEventSignal(), services.GetRequiredService<IServiceScopeFactory>());
        var next = heard.Next;
        await Eventually.True(
            async () =>
            {
                await sender.RaiseAsync(default);
                return next.IsCompleted;
            },
            "the other instance is told");
    }

    private static async Task<List<string>> PartitionsAsync(PostgresAssetDbContext db) => await db.Database
        .SqlQuery<string>($"SELECT inhrelid::regclass::text AS \"Value\" FROM pg_inherits WHERE inhparent = 'asset_events'::regclass").ToListAsync();
}
