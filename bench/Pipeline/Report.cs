using System.Text.Json;
using Spectre.Console;

namespace Pipeline.Bench.Pipeline;

/// <summary>The table, and the same as one JSON object for comparisons between runs.</summary>
internal sealed record Report(int Photos, ServerFigures One, ServerFigures Two, double EngineCpu)
{
    private double Overhead => One.CpuPerAsset["processor"] / EngineCpu;

    private double Scaling => Two.AssetsPerSecond / One.AssetsPerSecond;

    public void Print(bool json)
    {
        AnsiConsole.Profile.Width = 120;
        AnsiConsole.MarkupLineInterpolated($"{Photos} photos, all uploaded before the first is confirmed; a processor works on one image at a time");
        var table = new Table().Border(TableBorder.Simple).AddColumns("processors", "assets/s", "confirm → ready p50", "p99");
        foreach (var run in new[] { One, Two })
            table.AddRow($"{run.Processors}", $"{run.AssetsPerSecond:0.00}", $"{run.Percentile(0.5).TotalSeconds:0.0} s", $"{run.Percentile(0.99).TotalSeconds:0.0} s");
        AnsiConsole.Write(table);

        var names = One.CpuPerAsset.Keys.Union(Two.CpuPerAsset.Keys).Order(StringComparer.Ordinal).ToList();
        var cpu = new Table().Border(TableBorder.Simple).AddColumn("CPU-seconds an asset").AddColumns("1 processor", "2 processors");
        foreach (var name in names) cpu.AddRow(name, $"{One.CpuPerAsset.GetValueOrDefault(name):0.000}", $"{Two.CpuPerAsset.GetValueOrDefault(name):0.000}");
        cpu.AddRow("the bare engine", $"{EngineCpu:0.000}", "");
        AnsiConsole.Write(cpu);
        AnsiConsole.MarkupLineInterpolated($"overhead: processor ÷ bare engine = {Overhead:0.00} (aim: at most 1.30)");
        AnsiConsole.MarkupLineInterpolated($"scaling: two processors ÷ one = {Scaling:0.00} ({Environment.ProcessorCount} cores, shared with all servers and this program)");
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { photos = Photos, overhead = Overhead, scaling = Scaling, engineCpu = EngineCpu, runs = new[] { Of(One), Of(Two) } }, JsonSerializerOptions.Web));
    }

    private static object Of(ServerFigures run) => new
    {
        run.Processors,
        run.AssetsPerSecond,
        p50 = run.Percentile(0.5).TotalSeconds,
        p99 = run.Percentile(0.99).TotalSeconds,
        run.CpuPerAsset,
    };
}
