using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <param name="At">Seconds since the start.</param>
/// <param name="Usage">Of the process with its children.</param>
/// <param name="Assets">Ready assets so far.</param>
internal sealed record Sample(double At, ProcessUsage Usage, long Assets);

/// <param name="Process">Name of the process.</param>
/// <param name="Samples">In order of time.</param>
internal sealed record SoakFigures(string Process, IReadOnlyList<Sample> Samples)
{
    // The garbage collector causes variations of this size.
    private const double Noise = 1.05;
    private const double MoreMemory = 8 * 1024 * 1024;
    private const double MoreHandles = 4;

    public (double Middle, double Last) Memory => Thirds(sample => sample.Usage.Memory);

    public (double Middle, double Last) Handles => Thirds(sample => sample.Usage.Handles);

    /// <summary>Bytes per hour over the last two thirds, by least squares.</summary>
    public double MemorySlope => Slope(sample => sample.Usage.Memory);

    public double HandleSlope => Slope(sample => sample.Usage.Handles);

    /// <summary>CPU seconds for each asset in the first third and in the last.</summary>
    public (double First, double Last) Cpu => (CpuOf(0, Samples.Count / 3), CpuOf(2 * Samples.Count / 3, Samples.Count - 1));

    public bool IsFlat => Memory.Last <= (Memory.Middle * Noise) + MoreMemory && Handles.Last <= (Handles.Middle * Noise) + MoreHandles;

    private (double Middle, double Last) Thirds(Func<Sample, double> of)
    {
        var third = Samples.Count / 3;
        return (Samples.Skip(third).Take(third).Average(of), Samples.Skip(2 * third).Average(of));
    }

    private double Slope(Func<Sample, double> of)
    {
        var points = Samples.Skip(Samples.Count / 3).Select(sample => (X: sample.At / 3600, Y: of(sample))).ToList();
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }

    private double CpuOf(int from, int to) =>
        (Samples[to].Usage.CpuSeconds - Samples[from].Usage.CpuSeconds) / Math.Max(1, Samples[to].Assets - Samples[from].Assets);
}

/// <summary>Users who continuously upload, list and reprocess, and the memory and descriptors of the processes meanwhile.</summary>
internal static class SoakRun
{
    private const int People = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public static async Task<List<SoakFigures>> MeasureAsync(PhotoDeck photos, TimeSpan time)
    {
        await using var rig = await Rig.StartAsync(processors: 1);
        using var user = rig.NewUser();
        var (api, processor) = (new List<Sample>(), new List<Sample>());
        var traffic = Crowd.ForAsync(People, time, () => LiveAsync(rig, user, photos));
        var watch = Stopwatch.StartNew();
        using var look = new PeriodicTimer(Pause);
        while (!traffic.IsCompleted && await look.WaitForNextTickAsync())
        {
            var (at, ready) = (watch.Elapsed.TotalSeconds, await rig.CountAsync("\"ReadyAt\" IS NOT NULL"));
            api.Add(new Sample(at, ProcessUsage.Of(rig.ApiProcess), ready));
            processor.Add(new Sample(at, ProcessUsage.Of(rig.ProcessorProcesses[0]), ready));
        }

        await traffic;
        await rig.CheckAsync();
        return [new SoakFigures("uploadapi", api), new SoakFigures("processor", processor)];
    }

    private static async Task<bool> LiveAsync(Rig rig, LoadUser user, PhotoDeck photos)
    {
        var (id, _) = await user.PutAsync(photos.Next());
        await user.ConfirmAsync(id);
        await rig.WaitAsync("it is ready", "\"Id\" = @id AND \"Work\" <> 'Idle'", ("id", id));
        await user.ListAsync();
        await user.ReprocessAsync(id);
        await rig.WaitAsync("it is ready again", "\"Id\" = @id AND \"Work\" <> 'Idle'", ("id", id));
        return await user.IsReadyAsync(id) ? true : throw new BenchException("An asset did not become ready. Give photos that can be processed.");
    }
}
