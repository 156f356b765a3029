using System.Globalization;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.EndToEnd.Production;

/// <summary>
/// The test's own virtual host on the RabbitMQ of <c>./services.sh</c>, created from <c>deploy/rabbitmq-definitions.json</c> as an operator does it:
/// with a user for each host, and these users' permissions.
/// </summary>
public sealed class OwnVirtualHost : IAsyncDisposable
{
    /// <summary>Password of both users.</summary>
    public const string Password = "of-no-worth";

    private readonly Uri _admin = new(ProductionSettings.Of("", "")["RabbitMq__Uri"]);

    /// <summary>Name of the virtual host.</summary>
    public string Name { get; } = $"test-{Guid.NewGuid():N}";

    /// <summary>Bus settings of the API.</summary>
    public (string Name, string Value) ApiSetting => ("RabbitMq__Uri", Address("uploadapi").AbsoluteUri);

    /// <summary>Bus settings of a worker.</summary>
    public (string Name, string Value) WorkerSetting => ("RabbitMq__Uri", Address("processor").AbsoluteUri);

    /// <summary>Address of the broker's owner, who has all permissions.</summary>
    public Uri AdminAddress => new UriBuilder(_admin) { Path = Name }.Uri;

    public static async Task<OwnVirtualHost> MakeAsync()
    {
        var host = new OwnVirtualHost();
        var text = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "rabbitmq-definitions.json")))
            .Replace("\"/\"", $"\"{host.Name}\"", StringComparison.Ordinal)
            .Replace("\"uploadapi\"", $"\"{host.User("uploadapi")}\"", StringComparison.Ordinal)
            .Replace("\"processor\"", $"\"{host.User("processor")}\"", StringComparison.Ordinal)
            .Replace("UPLOADAPI_PASSWORD", Password, StringComparison.Ordinal)
            .Replace("PROCESSOR_PASSWORD", Password, StringComparison.Ordinal);
        var definitions = JsonNode.Parse(text)!;
        var owner = Uri.UnescapeDataString(host._admin.UserInfo.Split(':')[0]);
        definitions["permissions"]!.AsArray().Add(JsonSerializer.SerializeToNode(new { user = owner, vhost = host.Name, configure = ".*", write = ".*", read = ".*" }));
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["definitions.json"], definitions.ToJsonString());

        // The broker's tools run as another user.
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder["definitions.json"], (UnixFileMode)0b110_100_100);
        await Service.Broker.RunAsync("ctl", "-q", "import_definitions", folder["definitions.json"]);
        return host;
    }

    /// <summary>Connects as the owner of the broker, or as the user of a host.</summary>
    public Task<IConnection> ConnectAsync(string? host = null) =>
        new ConnectionFactory { Uri = host is null ? AdminAddress : Address(host), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    /// <summary>Publishes a body to an exchange as the broker's owner, and waits for the publisher confirm.</summary>
    public async Task PublishAsync(string exchange, byte[] body, string contentType = "application/vnd.masstransit+json")
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync(exchange, routingKey: "", mandatory: true, new BasicProperties { ContentType = contentType, Persistent = true }, body);
    }

    public async Task<bool> HasExchangeAsync(string name)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            await channel.ExchangeDeclarePassiveAsync(name);
            return true;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }

    /// <summary>Length of a queue; 0 for a missing one.</summary>
    public async Task<uint> CountAsync(string queue)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return await channel.MessageCountAsync(queue);
        }
        catch (OperationInterruptedException)
        {
            return 0;
        }
    }

    /// <summary>The arguments of each queue, as the broker reports them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ArgumentsAsync() =>
        (await Service.Broker.RunAsync("ctl", "-q", "list_queues", "-p", Name, "--no-table-headers", "name", "arguments"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t'))
        .ToDictionary(fields => fields[0], fields => fields[1], StringComparer.Ordinal);

    // In one call, since each call starts an Erlang virtual machine.
    public async ValueTask DisposeAsync()
    {
        var deeds = new[] { "uploadapi", "processor" }.Select(host => $"rabbit_auth_backend_internal:delete_user(<<\"{User(host)}\">>, <<\"test\">>)");
        await Service.Broker.RunAsync("ctl", "-q", "eval", $"rabbit_vhost:delete(<<\"{Name}\">>, <<\"test\">>), {string.Join(", ", deeds)}.");
    }

    private Uri Address(string host) => new(string.Create(CultureInfo.InvariantCulture, $"amqp://{User(host)}:{Password}@{_admin.Host}:{_admin.Port}/{Name}"));

    private string User(string host) => $"{host}-{Name}";
}
