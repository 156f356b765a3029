using Pipeline.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Bus.Outcomes;

/// <summary>Asks the broker which outcome lanes exist. A host needs no right for this.</summary>
internal static class ExistingLanes
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <returns>The numbers of those among <paramref name="lanes"/> whose queue exists.</returns>
    public static Task<IReadOnlyList<int>> AskAsync(RabbitMqOptions broker, IEnumerable<int> lanes, CancellationToken cancellationToken) =>
        AskAsync(broker, lanes, (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>The same after something else on the same connection.</summary>
    public static async Task<IReadOnlyList<int>> AskAsync(
        RabbitMqOptions broker, IEnumerable<int> lanes, Func<IConnection, CancellationToken, Task> before, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        var found = new List<int>();
        await using var connection = await broker.Factory().CreateConnectionAsync("pipeline lanes", deadline.Token);
        await before(connection, deadline.Token);
        foreach (var lane in lanes)
            if (await ExistsAsync(connection, OutcomeLanes.QueueOf(lane), deadline.Token)) found.Add(lane);
        return found;
    }

    // The broker answers for a missing queue by closing the channel.
    private static async Task<bool> ExistsAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }
}
