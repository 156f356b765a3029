using Microsoft.Extensions.Options;
using Pipeline.Bus.Outcomes;
using Pipeline.Contracts;
using Pipeline.Hosting.Diagnosis;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Bus;

/// <summary>Checks that the broker has all queues and exchanges, and that someone reads the queues of work.</summary>
public sealed class TopologyCheck(IOptions<RabbitMqOptions> options, ReadLanes lanes) : IDiagnosticCheck
{
    private const string Fix = "Import deploy/rabbitmq-definitions.json again, or let the hosts' users declare queues, and restart the API.";

    private static readonly string[] Work = [QueueNames.Uploads, QueueNames.Reprocess, QueueNames.Suspects, QueueNames.Rescans];
    private static readonly string[] Own = [QueueNames.Outcomes, QueueNames.Profiles, QueueNames.Poison];

    private static readonly string[] Exchanges = ["pipeline-dead-letters", OutcomeLanes.Exchange, Events.EventExchange.Name, .. new[] { typeof(UploadConfirmed), typeof(ReprocessRequested), typeof(SuspectRequested), typeof(RescanRequested), typeof(AssetReady), typeof(AssetRejected), typeof(ProcessingFailed), typeof(ProcessingStarted), typeof(RescanEnded) }
        .Select(type => $"{type.Namespace}:{type.Name}")];

    public string Name => "queues";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        IConnection connection;
        try
        {
            connection = await options.Value.Factory().CreateConnectionAsync("pipeline doctor", cancellationToken);
        }
        catch (Exception e) when (e is BrokerUnreachableException or IOException or OperationInterruptedException or TimeoutException)
        {
            return [Finding.Fail(Name, "RabbitMQ does not answer, or refuses the user.", "Start it, or correct `RabbitMq:Uri`. Uploads are accepted meanwhile, and processed later.")];
        }

        await using (connection)
        {
            var found = new List<Finding>();
            string[] queues = [.. Work, .. Own, .. lanes.Queues];
            foreach (var queue in queues)
            {
                if (await AskAsync(connection, channel => channel.QueueDeclarePassiveAsync(queue, cancellationToken), cancellationToken) is not { } state)
                    found.Add(Finding.Fail($"{Name} {queue}", "The broker has no such queue.", Fix));
                else if (state.ConsumerCount == 0)
                    found.Add(Finding.Fail($"{Name} {queue}", $"Nobody reads it, and {state.MessageCount} messages wait.", Work.Contains(queue, StringComparer.Ordinal) ? "Start a worker." : "Restart the API: its consumers are gone."));
            }

            foreach (var exchange in Exchanges)
            {
                if (await AskAsync(connection, async channel =>
                    {
                        await channel.ExchangeDeclarePassiveAsync(exchange, cancellationToken);
                        return this;
                    }, cancellationToken) is null)
                    found.Add(Finding.Fail($"{Name} {exchange}", "The broker has no such exchange.", Fix));
            }

            return found.Count > 0 ? found : [Finding.Ok(Name, $"All {queues.Length} queues have readers, and all exchanges exist.")];
        }
    }

    // The broker closes the channel when it refuses.
    private static async Task<T?> AskAsync<T>(IConnection connection, Func<IChannel, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await ask(channel);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }
}
