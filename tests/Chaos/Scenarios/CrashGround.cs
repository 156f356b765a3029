using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>A world whose worker connects to store, scanner and broker through proxies.</summary>
internal sealed class CrashGround : IAsyncDisposable
{
    private readonly int _concurrency;
    private HashSet<string> _known = [];

    private CrashGround(World world, StoreProxy store, int concurrency)
    {
        (World, Store, _concurrency) = (world, store, concurrency);
        var settings = ProductionSettings.Of("", "");
        (Scanner, Broker) = (Before(settings["Processor__Clamd__Address"]), Before(settings["RabbitMq__Uri"]));
    }

    public World World { get; }

    public StoreProxy Store { get; }

    public FaultProxy Scanner { get; }

    public FaultProxy Broker { get; }

    /// <summary>Settings for a host that uses the broker's proxy.</summary>
    public (string Name, string Value) BrokerSetting =>
        ("RabbitMq__Uri", new UriBuilder(ProductionSettings.Of("", "")["RabbitMq__Uri"]) { Port = Broker.Port }.Uri.AbsoluteUri);

    public static async Task<CrashGround> CreateAsync(int concurrency) => new(await World.CreateAsync(), await StoreProxy.StartAsync(), concurrency);

    /// <summary>A worker with as many assets in work at once as are to crash with it.</summary>
    public Task<ServerProcess> StartWorkerAsync() => World.StartWorkerAsync(
        Store.Setting, BrokerSetting, ("Processor__Clamd__Address", $"tcp://127.0.0.1:{Scanner.Port}"), ("Processor__Messaging__Concurrency", $"{_concurrency}"));

    /// <summary>Forwards everything again.</summary>
    public void Heal()
    {
        Store.Heal();
        (Scanner.Mode, Broker.Mode) = (ProxyMode.Pass, ProxyMode.Pass);
    }

    /// <summary>Excludes the existing state from the next checks.</summary>
    public async Task RememberAsync(CancellationToken cancellationToken) => _known = [.. await World.Bucket.KeysAsync(cancellationToken)];

    public async Task<int> CountNewAsync(string area, CancellationToken cancellationToken) =>
        (await World.Bucket.KeysAsync(cancellationToken)).Count(key => key.StartsWith(area, StringComparison.Ordinal) && !_known.Contains(key));

    /// <summary>Number of unfinished assets.</summary>
    public Task<long> InWorkAsync(CancellationToken cancellationToken) => World.Database.CountAsync(Row.Undone, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Heal();
        await World.DisposeAsync();
        await Store.DisposeAsync();
        await Scanner.DisposeAsync();
        await Broker.DisposeAsync();
    }

    private static FaultProxy Before(string address) => new(new Uri(address).Host, new Uri(address).Port);
}
