using System.Diagnostics;
using Pipeline.Assets.Events;
using Pipeline.Bus.Events;
using RabbitMQ.Client;

namespace Pipeline.EndToEnd.Production;

/// <summary>Other programs hear of each change through the topic exchange.</summary>
public sealed class BusEventTests
{
    // Its own build output: beside the hosts it would lack what their framework brings.
    private static readonly string Sample = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "EndToEnd"), Path.Combine("samples", "EventConsumer"), StringComparison.Ordinal)));

    [Fact]
    public async Task A_program_gets_each_event_once_in_order_with_its_id_type_and_owner()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await using var listener = await BusListener.OpenAsync(servers.Broker);
        await servers.StartAsync(api: [], worker: []);
        await servers.StartApiAsync();
        using var alice = servers.Person("alice");

        var ready = await alice.UploadAsync(PlainPhoto.Bytes);
        (await alice.TerminalAsync(ready)).Text("status").ShouldBe("ready");
        var rejected = await alice.UploadAsync(EicarFile.Bytes);
        (await alice.TerminalAsync(rejected)).Text("status").ShouldBe("rejected");
        (await alice.DeleteAsync($"/api/assets/{ready}")).Status.ShouldBe(204);

        var events = await listener.TakeAsync(7);
        Types(events, ready).ShouldBe(["asset.queued", "asset.processing", "asset.ready", "asset.deleted"]);
        Types(events, rejected).ShouldBe(["asset.queued", "asset.processing", "asset.rejected"]);
        events.Select(e => e.Properties.MessageId).ShouldBeUnique();
        foreach (var (properties, key, body) in events)
        {
            (properties.MessageId, properties.Type, key).ShouldBe((body["id"]!.ToString(), body["type"]!.ToString(), body["type"]!.ToString()));
            (properties.ContentType, properties.Persistent).ShouldBe(("application/json", true));
            Encoding.UTF8.GetString((byte[])properties.Headers!["owner"]!).ShouldBe("alice");
            Encoding.UTF8.GetString((byte[])properties.Headers!["tenant"]!).ShouldBe("default");
        }
    }

    [Fact]
    public async Task Events_wait_for_a_broker_that_is_away_and_none_is_lost()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await using var listener = await BusListener.OpenAsync(servers.Broker);
        var address = new UriBuilder(servers.Broker.ApiSetting.Value);
        await using var broker = new FaultProxy(address.Host, address.Port);
        address.Port = broker.Port;
        var api = await servers.StartApiAsync(("RabbitMq__Uri", address.Uri.AbsoluteUri));
        using var alice = servers.Person("alice");
        var before = await ExpiredAsync(alice);
        await listener.TakeAsync(1);

        broker.Mode = ProxyMode.Hang;
        var during = await ExpiredAsync(alice);
        await Eventually.True(() => api.Log.Contains("takes no events", StringComparison.Ordinal), "the log says so");
        broker.Mode = ProxyMode.Pass;

        // One that the broker took without its confirm arriving comes twice, with the same id; that can be either of them.
        var heard = new HashSet<string>(StringComparer.Ordinal);
        while (!heard.Contains($"{during}")) heard.UnionWith((await listener.TakeAsync(1)).Select(e => e.Body["data"]!["id"]!.ToString()));
        heard.ShouldBeSubsetOf([$"{before}", $"{during}"]);
    }

    [Fact]
    public async Task The_sample_prints_what_happens()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartAsync(api: [], worker: []);
        using var alice = servers.Person("alice");
        await Eventually.True(() => servers.Broker.HasExchangeAsync(EventExchange.Name), "the API declares the exchange before the first event");
        using var sample = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(Sample, "Pipeline.EventConsumer.dll"), servers.Broker.AdminAddress.AbsoluteUri])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        try
        {
            (await LineAsync(sample)).ShouldStartWith("Waiting");
            var id = await alice.UploadAsync(PlainPhoto.Bytes);

            foreach (var type in (string[])[EventType.Queued, EventType.Processing, EventType.Ready])
                (await LineAsync(sample)).ShouldStartWith($"{type} {id} evt_{id:N}_");
        }
        finally
        {
            sample.Kill();
            await sample.WaitForExitAsync();
        }
    }

    // Without a worker: the deletion of an upload that never came is an event, too.
    private static async Task<Guid> ExpiredAsync(Person person)
    {
        var presigned = await person.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await person.DeleteAsync($"/api/assets/{presigned.Id}")).Status.ShouldBe(204);
        return presigned.Id;
    }

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) ?? throw new InvalidOperationException("The sample has ended.");

    private static IEnumerable<string> Types(IEnumerable<HeardEvent> events, Guid asset) =>
        events.Where(e => e.Body["data"]!["id"]!.ToString() == asset.ToString()).Select(e => e.Body["type"]!.ToString());
}
