using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.AllInOne.Database;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Outcomes;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.TestKit;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Outcomes;

/// <summary>
/// A request is delivered at least once, so two workers may finish one revision, with different outcomes and in either order. The first final
/// outcome counts; a failed attempt is not final while another attempt may follow.
/// </summary>
public sealed class TwoWorkersTests : IAsyncLifetime
{
    private readonly Backroom _room = new();
    private readonly Consumed _consumed = new();
    private readonly ServiceProvider _services;

    public TwoWorkersTests() => _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(_room.Time)
        .AddSingleton(_room.Retries)
        .AddSingleton<SweepSignal<ObjectCleanup>>()
        .AddSingleton<SweepSignal<Dispatcher>>()
        .AddSingleton<IDatabaseFaults, SqliteFaults>()
        .AddSingleton<TransientFaults>()
        .AddOptions()
        .AddScoped<WorkerCapacity>()
        .AddScoped<AssetDbContext>(_ => _room.Open())
        .AddScoped<AssetStore>()
        .AddScoped<OutcomeWriter>()
        .AddScoped<ProfileRegistry>()
        .AddMassTransit(bus =>
        {
            bus.AddAssetConsumers();
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        })
        .BuildServiceProvider();

    public static TheoryData<string, string, string> Ends => new()
    {
        { "ready", "ready", "ready" },
        { "ready", "otherwise ready", "ready" },
        { "ready", "rejected", "ready" },
        { "ready", "failed", "ready" },
        { "rejected", "ready", "rejected" },
        { "rejected", "rejected", "rejected" },
        { "rejected", "failed", "rejected" },
        { "failed", "ready", "ready" },
        { "failed", "rejected", "rejected" },
        { "failed", "failed", "queued" },
    };

    private IBusControl Bus => _services.GetRequiredService<IBusControl>();

    public async Task InitializeAsync()
    {
        Bus.ConnectConsumeObserver(_consumed);
        await Bus.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Bus.StopAsync();
        await _services.DisposeAsync();
        _room.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task The_first_end_counts_and_nothing_is_lost_or_left(string first, string second, string expected)
    {
        var asset = await AddAsync();
        await TellAsync(asset, first);
        await Eventually.True(() => _consumed.Count == 1, "the first has told");
        await _room.TidyAsync();

        await TellAsync(asset, second);

        await ShouldEndAsync(asset, expected);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Two_ends_that_come_at_once_leave_one_whole_asset(string one, string other, string expected)
    {
        var asset = await AddAsync();

        await Task.WhenAll(TellAsync(asset, one), TellAsync(asset, other));

        await Eventually.True(() => _consumed.Count == 2, "both have told");
        var status = AssetView.Word((await _room.RowAsync(asset.Id)).Status);
        string[] possible = [expected, .. new[] { one, other }.Where(end => end is "ready" or "rejected")];
        possible.ShouldContain(status);
        await ShouldEndAsync(asset, status);
    }

    private async Task<Asset> AddAsync()
    {
        var asset = await _room.AddConfirmedAsync();
        await _room.PutAsync(asset.IncomingKey);
        return asset;
    }

    private async Task TellAsync(Asset asset, string end)
    {
        if (end == "failed")
        {
            await Bus.Publish(Some.Failed(asset));
            return;
        }

        if (end == "rejected")
        {
            await Bus.Publish(Some.Rejected(asset));
            return;
        }

        var ready = Made.Of(asset, end == "ready" ? "recipe1" : "recipe2");
        await _room.PutAsync(Made.Keys(ready));
        await Bus.Publish(ready);
    }

    private async Task ShouldEndAsync(Asset asset, string status)
    {
        await Eventually.True(() => _consumed.Count == 2, "both have told");
        await _room.TidyAsync();
        _room.Time.Advance(TimeSpan.FromDays(2));
        await _room.TidyAsync();

        var row = await _room.RowAsync(asset.Id);
        AssetView.Word(row.Status).ShouldBe(status);
        var kinds = await _room.TimelineAsync(asset.Id);
        kinds.Count(kind => kind is "ready" or "rejected" or "failed").ShouldBe(status == "queued" ? 0 : 1);
        var keys = await _room.KeysAsync();
        switch (status)
        {
            case "ready":
                var published = row.Publication.ShouldNotBeNull();
                keys.ShouldBe([published.Original.Key, .. published.Variants.Select(v => v.Key)], ignoreOrder: true);
                break;
            case "rejected":
                keys.ShouldBeEmpty();
                break;
            default:
                keys.ShouldBe([asset.IncomingKey]);
                row.Attempt.ShouldBe(2, "one failure that is told twice costs one attempt");
                break;
        }
    }

    private sealed class Consumed : IConsumeObserver
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task PreConsume<T>(ConsumeContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context)
            where T : class
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }

        public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }
}
