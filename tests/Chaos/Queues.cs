using System.Globalization;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>What lies in the broker.</summary>
internal static class Queues
{
    private static readonly string[] List = ["ctl", "-q", "list_queues", "--no-table-headers", "name", "messages"];

    /// <summary>The queues that hold something, with how much. The broker's own counts; after a restart they are late for a while.</summary>
    public static async Task<IReadOnlyList<string>> FilledAsync() =>
    [
        .. (await Service.Broker.RunAsync(List)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Where(fields => fields.Length == 2 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var messages) && messages > 0)
            .Select(fields => $"{fields[0]}: {fields[1]}"),
    ];
}
