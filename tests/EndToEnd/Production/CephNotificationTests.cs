namespace Pipeline.EndToEnd.Production;

/// <summary>Arrival is enough where Ceph's gateway publishes notifications to RabbitMQ.</summary>
public sealed class CephNotificationTests
{
    private const string Exchange = "pipeline.store-events";
    private const string Queue = "upload-api-store-events";

    // Of the API. The sweep of arrivals runs at four times this interval, so it confirms nothing in these tests.
    private static readonly (string Name, string Value) RareSweep = ("Dispatch__SweepSeconds", "60");

    [Fact]
    public async Task A_photo_becomes_ready_at_once_without_a_confirm_and_after_the_broker_cut_the_connection()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await using var ceph = await CephNotifications.MakeAsync(servers.Broker, Exchange);
        await StartAsync(servers, ceph);
        using var alice = servers.Person("alice");

        await ArrivesAsync(alice);
        await Service.Broker.RunAsync("ctl", "-q", "close_all_connections", "--vhost", servers.Broker.Name, "cut by the test");

        // The gateway loses what it publishes before it has connected again. The sweep finds those files, much later than this test lasts.
        await Eventually.True(() => ArrivesAsync(alice, TimeSpan.FromSeconds(15)), "notifications come again", TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task Forged_and_foreign_notifications_change_nothing_and_stop_nothing()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await using var ceph = await CephNotifications.MakeAsync(servers.Broker, Exchange);
        await StartAsync(servers, ceph);
        using var alice = servers.Person("alice");
        var absent = await PresignAsync(alice, autoConfirm: true);
        var unasked = await PresignAsync(alice, autoConfirm: false);
        (await Person.PutAsync(unasked, PlainPhoto.Bytes)).Status.ShouldBe(200);

        foreach (var body in (string[])["", "{", "[]", "{}", "null", new string('[', 5000), new string('x', 300_000), Created("../../etc/passwd"), Created(absent.Text("key")), Created(unasked.Text("key"))])
            await servers.Broker.PublishAsync(Exchange, Encoding.UTF8.GetBytes(body), "application/json");
        await ArrivesAsync(alice);

        await Eventually.True(async () => await servers.Broker.CountAsync(Queue) == 0, "all are read");
        (await alice.AssetAsync(absent.Id)).Text("status").ShouldBe("pending");
        (await alice.AssetAsync(unasked.Id)).Text("status").ShouldBe("pending");
    }

    private static async Task StartAsync(ProductionServers servers, CephNotifications ceph)
    {
        await servers.StartAsync(api: [.. ceph.Settings, RareSweep, ("StoreEvents__FromBroker", "true")], worker: ceph.Settings);
        await Eventually.True(() => servers.Broker.HasExchangeAsync(Exchange), "the API declares the exchange");
    }

    private static async Task ArrivesAsync(Person alice)
    {
        var presigned = await PresignAsync(alice, autoConfirm: true);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.TerminalAsync(presigned.Id)).Text("status").ShouldBe("ready");
        (await alice.TimelineKindsAsync(presigned.Id)).Count(kind => kind == "confirmed").ShouldBe(1);
    }

    private static async Task<bool> ArrivesAsync(Person alice, TimeSpan within)
    {
        var presigned = await PresignAsync(alice, autoConfirm: true);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        try
        {
            await Eventually.True(async () => (await alice.AssetAsync(presigned.Id)).Text("status") == "ready", "it is ready", within);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task<Answer> PresignAsync(Person person, bool autoConfirm)
    {
        var presigned = await person.PostAsync("/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = PlainPhoto.Bytes.Length, autoConfirm });
        presigned.Status.ShouldBe(200, presigned.Body);
        return presigned;
    }

    private static string Created(string key) =>
        new JsonObject { ["Records"] = new JsonArray(new JsonObject { ["eventName"] = "ObjectCreated:Put", ["s3"] = new JsonObject { ["object"] = new JsonObject { ["key"] = Uri.EscapeDataString(key) } } }) }.ToJsonString();
}
