using System.Text.Json.Nodes;

namespace Pipeline.UploadApi.Tests.Scale;

/// <summary>PostgreSQL's report on how it ran a query.</summary>
/// <param name="Json">As the server wrote it.</param>
internal sealed record Plan(string Json)
{
    // The events are in partitions by month. The first and the last may hold a few days only, and to read such a one as a whole is
    // cheaper than its index. A full month of the test has three times as many rows.
    private const int SmallPartition = 5_000;

    private static readonly string[] Growing = ["assets", "asset_events"];

    /// <summary>Why this query slows down with the number of assets, or null if it does not.</summary>
    /// <param name="mostRows">The largest number of rows that a step may read.</param>
    public string? Fault(int mostRows) => Steps(JsonNode.Parse(Json)![0]!["Plan"]!).Select(step => FaultOf(step, mostRows)).FirstOrDefault(fault => fault is not null);

    private static string? FaultOf(JsonNode step, int mostRows)
    {
        var (kind, table) = ((string)step["Node Type"]!, (string?)step["Relation Name"]);
        var rows = Seen(step);

        if (kind == "Seq Scan" && Growing.Any(name => table?.StartsWith(name, StringComparison.Ordinal) == true))
            return rows > (table == "assets" ? 0 : SmallPartition) ? $"it reads all of {table}" : null;
        return rows > mostRows ? $"{kind} {(string?)step["Index Name"] ?? table} looks at {rows} rows" : null;
    }

    private static long Seen(JsonNode step)
    {
        var each = Number("Actual Rows") + Number("Rows Removed by Filter") + Number("Rows Removed by Index Recheck");
        return (long)(each * Number("Actual Loops"));

        double Number(string name) => step[name]?.GetValue<double>() ?? 0;
    }

    private static IEnumerable<JsonNode> Steps(JsonNode step) =>
        [step, .. (step["Plans"]?.AsArray() ?? []).SelectMany(child => Steps(child!))];
}
