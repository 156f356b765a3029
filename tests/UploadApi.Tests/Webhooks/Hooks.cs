using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Webhooks;
using Pipeline.Storage;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Webhooks;

/// <summary>The services of webhooks on a real database, with a clock that the test advances. Each call has a context of its own.</summary>
internal sealed class Hooks : IAsyncDisposable
{
    public static readonly Caller Ada = new(Some.Owner);

    private readonly ServiceProvider _services;

    public Hooks(Func<AssetDbContext> open, StorageAreas areas, WebhookOptions? options = null, TimeProvider? clock = null, ResolveHost? resolve = null)
    {
        options ??= new WebhookOptions();
        if (options.AllowNetworks.Count == 0) options.AllowNetworks = ["127.0.0.0/8"];
        Time = clock as ManualTime ?? new ManualTime(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero));
        _services = new ServiceCollection().AddLogging()
            .AddScoped(_ => open())
            .AddSingleton(areas).AddScoped<ProfileRegistry>().AddScoped<EventDocuments>().AddScoped<AssetStore>()
            .AddSingleton(Options.Create(options)).AddSingleton(Options.Create(new DispatchOptions { SweepSeconds = 1 })).AddSingleton(Options.Create(new EventOptions()))
            .AddSingleton(clock ?? Time)
            .AddSingleton<LocalEventSignal>().AddSingleton<IEventSignal>(provider => provider.GetRequiredService<LocalEventSignal>())
            .AddSingleton<SweepSignal<EventFeed>>().AddSingleton<SweepSignal<WebhookUpkeep>>().AddScoped<EventFeed>().AddScoped<WebhookFanOut>().AddScoped<WebhookUpkeep>()
            .AddSingleton(resolve ?? AddressPolicyTests.ResolveAsync).AddSingleton<AddressPolicy>().AddSingleton<WebhookUrls>().AddSingleton<WebhookClient>()
            .AddSingleton(WebhookKeys.Of(options, ApiHost.Secret)).AddSingleton<WebhookSecrets>().AddSingleton<WebhookSignal>().AddSingleton(new DeliverySchedule(() => 0.5))
            .AddScoped<DueDeliveries>().AddScoped<DeliveryRecorder>().AddScoped<DeliverySender>()
            .AddSingleton(Options.Create(new IdempotencyOptions())).AddScoped<IdempotentRequest>()
            .AddScoped<CreateWebhook>().AddScoped<ChangeWebhook>().AddScoped<ReplayDeliveries>().AddScoped<TestWebhook>()
            .AddSingleton<IHostApplicationLifetime, Started>().AddSingleton<WebhookSender>()
            .BuildServiceProvider();
    }

    public ManualTime Time { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Starts the sender of an instance.</summary>
    public async Task<WebhookSender> StartAsync()
    {
        var sender = _services.GetRequiredService<WebhookSender>();
        await sender.StartAsync(default);
        return sender;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<T> RunAsync<TService, T>(Func<TService, Task<T>> work)
        where TService : notnull
    {
        await using var scope = _services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task RunAsync<TService>(Func<TService, Task> work)
        where TService : notnull => RunAsync<TService, bool>(async service =>
    {
        await work(service);
        return true;
    });

    public async Task<(Guid Id, string Secret)> AddWebhookAsync(string url, params string[] events)
    {
        var result = await RunAsync<CreateWebhook, CreateWebhookResult>(create => create.RunAsync(new WebhookRequest(url, events, null), Ada, default));
        var created = result.ShouldBeOfType<CreateWebhookResult.Created>();
        return (created.Webhook.Id, created.Secret);
    }

    /// <summary>Adds an asset with two events, queued and ready.</summary>
    public async Task<Asset> AddReadyAsync(Caller? owner = null)
    {
        var asset = Some.Upload(Now, owner: (owner ?? Ada).UserId, tenant: (owner ?? Ada).TenantId);
        asset.Confirm(Some.ETag, null, Now).ShouldBeTrue();
        asset.MarkReady(Some.Ready(asset), Now).ShouldBeTrue();
        await RunAsync<AssetStore>(store => store.AddAsync(asset, default));

        // Events of the same instant have no order until they are numbered.
        await RunAsync<EventFeed>(feed => feed.RunAsync(default));
        return asset;
    }

    /// <summary>Numbers the events and adds their deliveries.</summary>
    public async Task FeedAsync()
    {
        await RunAsync<EventFeed>(feed => feed.RunAsync(default));
        await RunAsync<WebhookFanOut>(fanOut => fanOut.RunAsync(default));
    }

    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(Guid webhookId, int most = 4) =>
        RunAsync<DueDeliveries, IReadOnlyList<ClaimedDelivery>>(queue => queue.ClaimAsync(webhookId, most, default));

    /// <summary>Sends until nothing is due, as the sender does.</summary>
    public async Task<int> SendDueAsync()
    {
        await FeedAsync();
        await RunAsync<DeliveryRecorder>(recorder => recorder.PauseFailingAsync(default));
        for (var sent = 0; ;)
        {
            var claimed = new List<ClaimedDelivery>();
            foreach (var webhook in await RunAsync<DueDeliveries, List<Webhook>>(queue => queue.DueAsync(Guid.Empty, [], 64, default))) claimed.AddRange(await ClaimAsync(webhook.Id));
            if (claimed.Count == 0) return sent;
            await Task.WhenAll(claimed.Select(one => RunAsync<DeliverySender>(sender => sender.SendAsync(one, default))));
            sent += claimed.Count;
        }
    }

    public Task<Webhook> WebhookAsync(Guid id) => RunAsync<AssetDbContext, Webhook>(db => db.Webhooks.AsNoTracking().SingleAsync(w => w.Id == id));

    public Task<List<WebhookDelivery>> DeliveriesAsync(Guid id) =>
        RunAsync<AssetDbContext, List<WebhookDelivery>>(db => db.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == id).OrderBy(d => d.Position).ToListAsync());

    public Task<List<WebhookAttempt>> AttemptsAsync(Guid id) =>
        RunAsync<AssetDbContext, List<WebhookAttempt>>(db => db.WebhookAttempts.AsNoTracking().Where(a => a.WebhookId == id).OrderBy(a => a.Position).ThenBy(a => a.Number).ToListAsync());

    private sealed class Started : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
