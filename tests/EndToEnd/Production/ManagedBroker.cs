using System.Globalization;

namespace Pipeline.EndToEnd.Production;

/// <summary>A RabbitMQ of its own with the management plugin, which the broker of the other tests does not have.</summary>
public sealed class ManagedBroker : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pipeline-broker-{Guid.NewGuid():N}");
    private readonly Dictionary<string, string> _settings;

    private ManagedBroker() => _settings = new(StringComparer.Ordinal)
    {
        ["PIPELINE_SERVICES_DIR"] = _folder,
        ["RABBITMQ_PORT"] = Port(),
        ["RABBITMQ_MANAGEMENT_PORT"] = Port(),
        ["RABBITMQ_DIST_PORT"] = Port(),
        ["RABBITMQ_EPMD_PORT"] = Port(),
    };

    public string Address => $"amqp://pipeline:pipeline@127.0.0.1:{_settings["RABBITMQ_PORT"]}/";

    public string ManagementAddress => $"http://pipeline:pipeline@127.0.0.1:{_settings["RABBITMQ_MANAGEMENT_PORT"]}";

    public static async Task<ManagedBroker> StartAsync()
    {
        var broker = new ManagedBroker();
        await Service.Broker.RunAsync(broker._settings, "start");
        return broker;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.Broker.RunAsync(_settings, "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static string Port() => FreePort.Take().ToString(CultureInfo.InvariantCulture);
}
