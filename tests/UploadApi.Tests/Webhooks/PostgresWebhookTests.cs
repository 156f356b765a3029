using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Webhooks;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Webhooks;

/// <summary>The same on PostgreSQL, with several instances of the API.</summary>
public sealed class PostgresWebhookTests : WebhookPauseContract
{
    private readonly OwnPostgres _postgres = new();
    private readonly Backroom _room = new();

    public override async Task InitializeAsync()
    {
        await using (var db = _postgres.Open()) await db.Database.MigrateAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _room.Dispose();
        await using (var pooled = new NpgsqlConnection(Pooled)) NpgsqlConnection.ClearPool(pooled);
        await _postgres.DropAsync();
    }

    [Fact]
    public async Task Two_instances_send_each_delivery_once()
    {
        const int Assets = 40;
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url);
        for (var i = 0; i < Assets; i++) await Hooks.AddReadyAsync();
        await Hooks.FeedAsync();
        await using var other = Instance();

        await Hooks.StartAsync();
        await other.StartAsync();
        await Eventually.True(async () => (await Hooks.DeliveriesAsync(id)).TrueForAll(d => d.Status == DeliveryStatus.Delivered), "all are delivered");

        Receiver.All.Count.ShouldBe(2 * Assets);
        Receiver.All.Select(r => r.Id).Distinct().Count().ShouldBe(2 * Assets);
    }

    [Fact]
    public async Task Two_instances_together_have_no_more_requests_in_flight_than_one()
    {
        var (now, most, answered) = (0, 0, 0);
        var reached = new TaskCompletionSource();
        Receiver.Answer = async (_, http) =>
        {
            // A webhook gets one request at a time until it has answered one.
            if (Interlocked.Increment(ref answered) <= 4) return;
            var flying = Interlocked.Increment(ref now);
            InterlockedMax(ref most, flying);
            if (flying == 4) reached.TrySetResult();
            await reached.Task.WaitAsync(http.RequestAborted);
            Interlocked.Decrement(ref now);
        };
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url);
        for (var i = 0; i < 10; i++) await Hooks.AddReadyAsync();
        await Hooks.FeedAsync();
        await using var other = Instance();

        await Hooks.StartAsync();
        await other.StartAsync();
        await Eventually.True(async () => (await Hooks.DeliveriesAsync(id)).TrueForAll(d => d.Status == DeliveryStatus.Delivered), "all are delivered");

        most.ShouldBe(4);
    }

    [Fact]
    public async Task Instances_that_pause_at_once_tell_the_owner_once()
    {
        Receiver.Status(500);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        Hooks.Time.Advance(TimeSpan.FromDays(5));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Hooks.RunAsync<DeliveryRecorder>(recorder => recorder.PauseFailingAsync(default)))));

        (await Hooks.WebhookAsync(id)).PauseCount.ShouldBe(1);
        (await Hooks.RunAsync<AssetDbContext, int>(db => db.Events.CountAsync(e => e.Kind == AssetEventKind.WebhookPaused))).ShouldBe(1);
    }

    [Fact]
    public async Task Two_requests_cannot_both_take_the_last_place()
    {
        for (var i = 0; i < Webhook.MaxPerOwner - 1; i++) await Hooks.AddWebhookAsync(Receiver.Url);

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            Hooks.RunAsync<CreateWebhook, CreateWebhookResult>(create => create.RunAsync(new WebhookRequest(Receiver.Url, null, null), Hooks.Ada, default)))));

        results.OfType<CreateWebhookResult.Created>().Count().ShouldBe(1);
        results.OfType<CreateWebhookResult.TooMany>().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_sender_whose_database_was_away_goes_on()
    {
        var address = new NpgsqlConnectionStringBuilder(_postgres.Connection);
        await using var proxy = new FaultProxy(address.Host!, address.Port);
        (address.Host, address.Port, address.Timeout, address.CommandTimeout) = ("127.0.0.1", proxy.Port, 2, 2);
        await using var other = Instance(address.ConnectionString);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        proxy.Mode = ProxyMode.Reset;
        await other.StartAsync();
        await Hooks.AddReadyAsync();
        await Hooks.FeedAsync();
        other.Get<WebhookSignal>().Raise();

        proxy.Mode = ProxyMode.Pass;
        await Eventually.True(async () => (await Hooks.DeliveriesAsync(id))[0].Status == DeliveryStatus.Delivered, "the sender goes on");

        Receiver.All.ShouldHaveSingleItem();
    }

    // The tests ask the database hundreds of times.
    private string Pooled => new NpgsqlConnectionStringBuilder(_postgres.Connection) { Pooling = true, MaxPoolSize = 20 }.ConnectionString;

    private protected override Hooks Make() => Instance();

    private Hooks Instance(string? connection = null) => new(
        () => new PostgresAssetDbContext(new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql(connection ?? Pooled).AddInterceptors(new SkipLocked()).Options),
        _room.Areas(),
        clock: _clock);

    private readonly ManualTime _clock = new(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero));

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known; known = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, known) == known) return;
    }
}
