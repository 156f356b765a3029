using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Bench.Imaging.Measuring;
using Pipeline.Processor.Imaging;
using Pipeline.Processor.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Bench.Imaging.Cost;

/// <summary>CPU seconds that files take from the first look to the last variant, decoders included, and how each ends.</summary>
internal static class CostRun
{
    private const int WarmUp = 10;

    public static async Task RunAsync(string? only)
    {
        using var work = new TempFolder();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["Processor:Work:Folder"] = work["work"];
        builder.Services.AddImaging(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IImageEngine>();
        using (var photos = new Photos())
        {
            var photo = photos.Photo("warm.jpg", 2000, 1500);
            for (var i = 0; i < WarmUp; i++) await RenderAsync(engine, photo, work["warm"]);
        }

        Console.WriteLine("| file | bytes | CPU seconds | seconds | end |\n|---|---|---|---|---|");
        foreach (var (name, path) in CostlyFiles.Make(only))
        {
            var bytes = new FileInfo(path).Length;
            var (clock, before) = (Stopwatch.StartNew(), CpuNow());
            var end = await RenderAsync(engine, path, work["out"]);
            var cpu = CpuNow() - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {bytes:N0} | {cpu.TotalSeconds:F2} | {clock.Elapsed.TotalSeconds:F1} | {end} |"));
        }

        await host.StopAsync();
    }

    private static TimeSpan CpuNow() => CpuTime.Of(ProcessTree.Of(Environment.ProcessId));

    private static async Task<string> RenderAsync(IImageEngine engine, string path, string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            if (!(await engine.OpenAsync(path, default)).Passed(out var image, out var refused)) return refused.Code;
            await using var opened = image;
            var judged = await image.RenderAsync(new RenderRequest(path, image.Facts, new Profile(), folder), default);
            return judged.Passed(out var rendering, out refused)
                ? rendering.Variants.Any(variant => variant.Animated) ? "ready, animated" : "ready"
                : refused.Code;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
