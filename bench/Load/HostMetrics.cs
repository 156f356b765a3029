using System.Globalization;

namespace Pipeline.Bench.Load;

/// <summary>Sums of the hosts' own counters.</summary>
internal static class HostMetrics
{
    /// <summary>The sum of a counter over all hosts and all its series that have one of these labels, such as <c>operation="put"</c>.</summary>
    public static async Task<double> SumAsync(IEnumerable<Uri> hosts, string metric, params string[] labels)
    {
        using var http = new HttpClient();
        var sum = 0.0;
        foreach (var host in hosts)
            foreach (var line in (await http.GetStringAsync(host)).Split('\n'))
                if (line.StartsWith(metric + "{", StringComparison.Ordinal) && labels.Any(label => line.Contains(label, StringComparison.Ordinal)))
                    sum += Value(line);
        return sum;
    }

    /// <summary>The same for each value of a label, such as <c>step</c>.</summary>
    public static async Task<Dictionary<string, double>> ByLabelAsync(IEnumerable<Uri> hosts, string metric, string label)
    {
        using var http = new HttpClient();
        var (sums, start) = (new Dictionary<string, double>(StringComparer.Ordinal), label + "=\"");
        foreach (var host in hosts)
            foreach (var line in (await http.GetStringAsync(host)).Split('\n'))
                if (line.StartsWith(metric + "{", StringComparison.Ordinal) && line.IndexOf(start, StringComparison.Ordinal) is >= 0 and var at)
                {
                    var name = line[(at + start.Length)..].Split('"')[0];
                    sums[name] = sums.GetValueOrDefault(name) + Value(line);
                }

        return sums;
    }

    private static double Value(string line) => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
}
