using System.Globalization;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>The messages on the broker.</summary>
internal static class Queues
{
    private static readonly string[] List = ["ctl", "-q", "list_queues", "--no-table-headers", "name", "messages"];

    /// <summary>The queues that are not empty, with their lengths. The broker reports them; after a restart they lag for a while.</summary>
    public static async Task<IReadOnlyList<string>> FilledAsync() =>
    [
        .. (await Service.Broker.RunAsync(List)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Where(fields => fields.Length == 2 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var messages) && messages > 0)
            .Select(fields => $"{fields[0]}: {fields[1]}"),
    ];
}
