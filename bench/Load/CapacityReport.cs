using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Pipeline.Bench.Load;

/// <summary>The rates as a table, and as the file that <c>pipeline capacity</c> reads.</summary>
internal static class CapacityReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(IReadOnlyList<CapacityFigures> sizes, string? path)
    {
        (string Name, string Key, Func<CapacityFigures, double> Of)[] all =
        [
            ("CPU-seconds: worker", "worker", s => s.Cpu["processor"]), ("clamd", "scanner", s => s.Cpu["clamd"]), ("API", "api", s => s.Cpu["uploadapi"]),
            ("PostgreSQL", "database", s => s.Cpu["postgres"]), ("RabbitMQ", "broker", s => s.Cpu["rabbitmq"]), ("bytes of WAL", "walBytes", s => s.Wal),
            ("messages", "messages", s => s.Messages), ("writes and listings at the store", "classA", s => s.ClassA), ("reads", "classB", s => s.ClassB),
            ("bytes of the original", "originalBytes", s => s.OriginalBytes), ("bytes of the variants", "variantBytes", s => s.VariantBytes),
        ];
        var table = new Table().Border(TableBorder.Simple).AddColumn("an upload of").AddColumns([.. sizes.Select(s => $"{s.Megapixels:0.#} MP")]).AddColumns("fixed", "a megapixel");
        var document = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["source"] = $"{Environment.MachineName}, {Environment.ProcessorCount} cores, {TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}",
        };
        foreach (var (name, key, of) in all)
        {
            var (fixedPart, perMegapixel) = Fit([.. sizes.Select(s => (s.Megapixels, of(s)))]);
            table.AddRow([name, .. sizes.Select(s => Text(of(s))), Text(fixedPart), Text(perMegapixel)]);
            document[key] = new { @base = fixedPart, perMegapixel };
        }

        AnsiConsole.Write(table);
        if (path is null) return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(document, Indented));
        AnsiConsole.MarkupLineInterpolated($"written to {path}, where pipeline capacity reads it");
    }

    /// <summary>The line with the least squares that falls nowhere below 0: a cost that noise makes fall with the size counts as fixed.</summary>
    internal static (double Base, double PerMegapixel) Fit(IReadOnlyList<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        var slope = points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
        if (slope <= 0) return (y, 0);
        return y - (slope * x) >= 0 ? (y - (slope * x), slope) : (0, points.Sum(p => p.X * p.Y) / points.Sum(p => p.X * p.X));
    }

    private static string Text(double value) => value.ToString(value >= 1000 ? "#,0" : value >= 10 ? "0.0" : "0.0000", CultureInfo.InvariantCulture);
}
