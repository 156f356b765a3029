using System.Net;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>
/// The host names of store and broker stop resolving while their connections break, as when a cluster's DNS fails. Needs Debian's libnss-wrapper, which
/// gives a process its own file of host names.
/// </summary>
internal static class NamesLost
{
    private const string Store = "store.chaos.invalid";
    private const string Broker = "broker.chaos.invalid";

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var (times, away) = (scale.Of(5, 1), scale.Of(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15)));
        using var folder = new TempFolder();
        var hosts = folder["hosts"];
        var settings = ProductionSettings.Of("", "");
        var (s3, amqp) = (new Uri(settings["Storage__S3__ServiceUrl"]), new Uri(settings["RabbitMq__Uri"]));
        await using var store = new FaultProxy(s3.Host, s3.Port);
        await using var broker = new FaultProxy(amqp.Host, amqp.Port);
        (string Name, string Value)[] named =
        [
            ("LD_PRELOAD", Preload.Find("libnss_wrapper.so", "libnss-wrapper")),
            ("NSS_WRAPPER_HOSTS", hosts),
            ("Storage__S3__ServiceUrl", $"http://{Store}:{store.Port}"),
            ("RabbitMq__Uri", new UriBuilder(amqp) { Host = Broker, Port = broker.Port }.Uri.AbsoluteUri),
        ];

        await using var world = await World.CreateAsync();
        await File.WriteAllTextAsync(hosts, Names, cancellationToken);
        var api = await world.StartApiAsync([.. named, .. World.WithTimeouts]);
        var worker = await world.StartWorkerAsync(named);
        using var client = world.Client();
        var confirmed = new List<Guid>();
        for (var time = 0; time < times; time++)
        {
            confirmed.AddRange(await client.UploadAsync(3, cancellationToken));
            await File.WriteAllTextAsync(hosts, "127.0.0.1 nobody.chaos.invalid\n", cancellationToken);
            (store.Mode, broker.Mode) = (ProxyMode.Reset, ProxyMode.Reset);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            var before = broker.Connections;
            (store.Mode, broker.Mode) = (ProxyMode.Pass, ProxyMode.Pass);
            var uploads = client.UploadAsync(scale.Of(30, 5), cancellationToken);
            await World.Slowly(
                async () => (await client.AskAsync("health/ready", cancellationToken)).Status == HttpStatusCode.ServiceUnavailable, "the API is not ready", TimeSpan.FromMinutes(1));
            await Task.Delay(away, cancellationToken);
            ChaosException.Unless(broker.Connections == before, "the broker was found without its name");
            await File.WriteAllTextAsync(hosts, Names, cancellationToken);
            confirmed.AddRange(await uploads);
            await World.Slowly(
                async () => (await client.AskAsync("health/ready", cancellationToken)).Status == HttpStatusCode.OK, "the API is ready again", TimeSpan.FromMinutes(2));
        }

        await world.DoneAsync("the names are back", TimeSpan.FromMinutes(5), cancellationToken);
        ChaosException.Unless(Directory.Exists($"/proc/{api.Id}") && Directory.Exists($"/proc/{worker.Id}"), "a host ended");
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"not all ready: {result}");
        return new Finding($"{confirmed.Count} assets, {times} times {away.TotalSeconds:0} s without names", $"no host ended; {result}");
    }

    private static string Names => $"127.0.0.1 {Store}\n127.0.0.1 {Broker}\n";
}
