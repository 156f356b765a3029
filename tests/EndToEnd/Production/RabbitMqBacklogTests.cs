using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Bus;
using RabbitMQ.Client;

namespace Pipeline.EndToEnd.Production;

public sealed class RabbitMqBacklogTests
{
    private static readonly Uri Broker = new(ProductionSettings.Of("", "")["RabbitMq__Uri"]);

    [Fact]
    public async Task A_queue_is_empty_if_nothing_waits_in_it_or_if_there_is_none()
    {
        await using var connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        string full = await DeclareAsync(), empty = await DeclareAsync(), none = $"none-{Guid.NewGuid():N}";
        await channel.BasicPublishAsync(exchange: "", routingKey: full, body: new byte[] { 1 });

        (await BacklogOf(Broker).EmptyAsync([none, full, empty], default)).ShouldNotBeNull().ShouldBe([none, empty], ignoreOrder: true);
        await channel.QueueDeleteAsync(full);
        await channel.QueueDeleteAsync(empty);

        // Not exclusive, so that other connections can query it.
        async Task<string> DeclareAsync() => (await channel.QueueDeclareAsync(queue: $"backlog-{Guid.NewGuid():N}", durable: false, exclusive: false, autoDelete: false, arguments: null)).QueueName;
    }

    [Fact]
    public async Task Where_the_broker_does_not_answer_no_queue_is_called_empty() =>
        (await BacklogOf(new Uri("amqp://127.0.0.1:1/")).EmptyAsync(["any"], default)).ShouldBeNull();

    private static RabbitMqBacklog BacklogOf(Uri broker) => new(
        Options.Create(new RabbitMqOptions { Uri = broker }), Options.Create(new DispatchOptions()), NullLogger<RabbitMqBacklog>.Instance);
}
