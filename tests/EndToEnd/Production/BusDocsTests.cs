using System.Diagnostics;
using Pipeline.Bus.Events;

namespace Pipeline.EndToEnd.Production;

/// <summary>The programs of docs/events.md that read the bus.</summary>
public sealed class BusDocsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ProductionServers _servers = null!;

    public async Task InitializeAsync()
    {
        await DocPrograms.WriteAsync("events.md", _folder);
        _servers = await ProductionServers.MakeAsync();
    }

    public async Task DisposeAsync()
    {
        await _servers.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_program_in_node_prints_each_event()
    {
        await _servers.StartApiAsync();
        await Eventually.True(() => _servers.Broker.HasExchangeAsync(EventExchange.Name), "the API declares the exchange before the first event");
        var packages = Path.Combine(Repository.Root, "tests", "events");
        using (var install = Process.Start(new ProcessStartInfo(Path.Combine(packages, "install.sh")) { UseShellExecute = false })!)
        {
            await install.WaitForExitAsync();
            install.ExitCode.ShouldBe(0);
        }

        Directory.CreateSymbolicLink(_folder["node_modules"], Path.Combine(packages, "node_modules"));
        using var program = RunningPrograms.Start(_folder, "bus.mjs", ("AMQP", _servers.Broker.AdminAddress.AbsoluteUri));
        try
        {
            (await RunningPrograms.LineAsync(program)).ShouldBe("waiting");
            var id = await DeletedAsync();
            (await RunningPrograms.LineAsync(program)).ShouldStartWith($"asset.deleted evt_{id:N}_");
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Curl_takes_events_by_the_management_plugin()
    {
        await using var broker = await ManagedBroker.StartAsync();
        await _servers.StartApiAsync(("RabbitMq__Uri", broker.Address));
        (string, string)[] variables = [("MANAGEMENT", broker.ManagementAddress), ("VHOST", "%2F")];
        await Eventually.True(
            async () =>
            {
                try
                {
                    await RunningPrograms.RunAsync(_folder, "bus-queue.sh", variables);
                    return true;
                }
                catch (ShouldAssertException)
                {
                    return false; // The API has not declared the exchange yet.
                }
            },
            "the queue is bound");
        var id = await DeletedAsync();

        var output = "";
        await Eventually.True(
            async () => (output = await RunningPrograms.RunAsync(_folder, "bus.sh", variables)).Contains("asset.deleted", StringComparison.Ordinal), "the event is in the queue");
        output.ShouldContain($"evt_{id:N}_");
    }

    // Without a worker: the deletion of an upload that never came is an event, too.
    private async Task<Guid> DeletedAsync()
    {
        using var alice = _servers.Person("alice");
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await alice.DeleteAsync($"/api/assets/{presigned.Id}")).Status.ShouldBe(204);
        return presigned.Id;
    }
}
