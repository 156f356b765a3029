using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Bench.Pipeline;

/// <summary>The same photos through the engine alone: the minimum, even if everything around it were free.</summary>
internal static class EngineRun
{
    /// <summary>Warm-up images of a process: the first ones include compilation.</summary>
    public const int WarmUp = 8;

    /// <returns>CPU seconds for each photo.</returns>
    public static async Task<double> MeasureAsync(IReadOnlyList<byte[]> photos, int count)
    {
        using var folder = new TempFolder();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddImaging(new ConfigurationBuilder().Build());
        services.Configure<WorkOptions>(work => work.Folder = Path.Combine(folder.Path, "work"));
        await using var provider = services.BuildServiceProvider();
        var engine = provider.GetRequiredService<IImageEngine>();

        for (var i = 0; i < WarmUp; i++) await RenderAsync(engine, photos[i % photos.Count], folder.Path);
        var before = Cpu.OfProcess(Environment.ProcessId);
        for (var i = 0; i < count; i++) await RenderAsync(engine, photos[i % photos.Count], folder.Path);
        return (Cpu.OfProcess(Environment.ProcessId) - before) / count;
    }

    private static async Task RenderAsync(IImageEngine engine, byte[] photo, string folder)
    {
        var path = Path.Combine(folder, "source");
        await File.WriteAllBytesAsync(path, photo);
        if (!(await engine.OpenAsync(path, default)).Passed(out var image, out var refused)) throw new BenchException(refused.Reason);
        await using var opened = image;
        var output = Directory.CreateDirectory(Path.Combine(folder, "out"));
        if (!(await image.RenderAsync(new RenderRequest(path, image.Facts, new Profile(), output.FullName), default)).Passed(out _, out refused))
            throw new BenchException(refused.Reason);
        output.Delete(recursive: true);
    }
}
