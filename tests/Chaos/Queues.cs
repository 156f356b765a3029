using System.Globalization;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>The messages on the broker.</summary>
internal static class Queues
{
    private static readonly string[] List = ["ctl", "-q", "list_queues", "--no-table-headers", "name", "messages"];

    // In one call, because each one starts a virtual machine, which takes a busy machine a minute.
    private static readonly string[] Purge = ["ctl", "-q", "eval", "[rabbit_amqqueue:purge(Q) || Q <- rabbit_amqqueue:list()]."];

    /// <summary>The queues that are not empty, with their lengths. The broker reports them; after a restart they lag for a while.</summary>
    public static async Task<IReadOnlyList<string>> FilledAsync() => [.. (await LengthsAsync()).Select(queue => $"{queue.Name}: {queue.Messages}")];

    /// <summary>Deletes the messages that an earlier scenario or test left, so that each scenario answers for its own.</summary>
    public static Task PurgeAsync() => Service.Broker.RunAsync(Purge);

    private static async Task<IEnumerable<(string Name, int Messages)>> LengthsAsync() =>
        (await Service.Broker.RunAsync(List)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Select(fields => (Name: fields[0], Messages: fields.Length == 2 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var messages) ? messages : 0))
            .Where(queue => queue.Messages > 0);
}
