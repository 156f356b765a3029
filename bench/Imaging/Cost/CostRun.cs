using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Bench.Imaging.Measuring;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Bench.Imaging.Cost;

/// <summary>CPU seconds of files from the inspection to the last variant, decoders included, and the outcome of each.</summary>
internal static class CostRun
{
    private const int WarmUp = 10;
    private const long OneMegabyte = 1_000_000;
    private const string Ready = "ready";

    public static async Task RunAsync(string? only)
    {
        using var work = new TempFolder();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["Processor:Work:Folder"] = work["work"];
        string[] inputs = ["jpeg", "png", "webp", "gif", "heic", "avif", "svg"];
        for (var i = 0; i < inputs.Length; i++) builder.Configuration[$"Processor:Limits:Inputs:{i}"] = inputs[i];
        builder.Services.AddImaging(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IImageEngine>();
        using var photos = new Photos();
        var photo = CostlyFiles.Photo(photos);
        for (var i = 0; i < WarmUp; i++) await MeasureAsync(engine, photo, work["warm"]);
        var (yardstick, files) = (new List<Measured>(), new List<(string Name, Measured Measured)>());
        foreach (var (name, path) in CostlyFiles.Make(only))
        {
            // Once for each file, so that other work on the machine affects both; and once before, if the previous file has ended a decoder.
            await MeasureAsync(engine, photo, work["out"]);
            yardstick.Add(await MeasureAsync(engine, photo, work["out"]));
            files.Add((name, await MeasureAsync(engine, path, work["out"])));
            await Console.Error.WriteLineAsync(Line(name, files[^1].Measured, yardstick[^1].Cpu));
        }

        var unit = yardstick.Select(run => run.Cpu).Order().ElementAt(yardstick.Count / 2);
        Console.WriteLine("| file | bytes | CPU seconds | in photos | seconds | end |\n|---|---|---|---|---|---|");
        Console.WriteLine(Line($"a good photo of 12 MP, median of {yardstick.Count}", yardstick[0] with { Cpu = unit }, unit));
        foreach (var (name, measured) in files) Console.WriteLine(Line(name, measured, unit));
        var worst = files.Where(file => file.Measured is { Bytes: <= OneMegabyte, IsReady: true }).MaxBy(file => file.Measured.Cpu);
        if (worst.Name is not null)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the worst accepted file of up to a megabyte: {worst.Name}, {worst.Measured.Cpu / unit:F1} photos (aim: at most 10)"));
        await host.StopAsync();
    }

    private static TimeSpan CpuNow() => CpuTime.Of(ProcessTree.Of(Environment.ProcessId));

    private static string Line(string name, Measured run, TimeSpan unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {run.Bytes:N0} | {run.Cpu.TotalSeconds:F2} | {run.Cpu / unit:F1} | {run.Time.TotalSeconds:F1} | {run.End} |");

    private static async Task<Measured> MeasureAsync(IImageEngine engine, string path, string folder)
    {
        var (clock, before) = (Stopwatch.StartNew(), CpuNow());
        var end = await RenderAsync(engine, path, folder);
        return new Measured(new FileInfo(path).Length, CpuNow() - before, clock.Elapsed, end);
    }

    private static async Task<string> RenderAsync(IImageEngine engine, string path, string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            if (!(await engine.OpenAsync(path, default)).Passed(out var image, out var refused)) return refused.Code;
            await using var opened = image;
            var judged = await image.RenderAsync(new RenderRequest(path, image.Facts, new Profile(), folder), default);
            return judged.Passed(out var rendering, out refused)
                ? rendering.Variants.Any(variant => variant.Animated) ? Ready + ", animated" : Ready
                : refused.Code;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Measured(long Bytes, TimeSpan Cpu, TimeSpan Time, string End)
    {
        public bool IsReady => End.StartsWith(Ready, StringComparison.Ordinal);
    }
}
