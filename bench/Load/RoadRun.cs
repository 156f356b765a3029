using System.Diagnostics;
using Pipeline.TestKit;

namespace Pipeline.Bench.Load;

/// <summary>Photos of one size, sent one by one to idle hosts.</summary>
/// <param name="Size">Such as 4000 × 3000.</param>
/// <param name="Wait">From confirm to ready.</param>
/// <param name="Steps">The worker's own times by step, in milliseconds a photo.</param>
internal sealed record RoadTimes(string Size, Times Wait, IReadOnlyDictionary<string, double> Steps)
{
    private static readonly string[] Floor = ["scan", "open", "render"];

    /// <summary>What the scanner and the engine take, in milliseconds: the wait cannot be shorter.</summary>
    public double ScanAndEngine => Floor.Sum(step => Steps.GetValueOrDefault(step));
}

/// <summary>Uploads without a worker.</summary>
/// <param name="Clients">Each requests a URL, uploads and confirms without a pause.</param>
/// <param name="Uploads">A second.</param>
/// <param name="Waits">Where the clients wait, in milliseconds an upload.</param>
/// <param name="Cpu">CPU-milliseconds an upload by part.</param>
internal sealed record DoorFigures(int Clients, double Uploads, IReadOnlyDictionary<string, double> Waits, IReadOnlyDictionary<string, double> Cpu);

internal sealed record RoadFigures(IReadOnlyList<RoadTimes> Photos, DoorFigures Door);

/// <summary>One photo on idle hosts beside the sum of its parts, and where uploads wait at the door.</summary>
internal static class RoadRun
{
    private const int WarmUp = 8;
    private const int Clients = 16;
    private static readonly TimeSpan Looks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CachedScrape = TimeSpan.FromSeconds(1);
    private static readonly (int Width, int Height)[] Sizes = [(640, 480), (1200, 800), (4000, 3000)];

    /// <param name="count">Photos of each size.</param>
    /// <param name="seconds">How long the clients upload.</param>
    public static async Task<RoadFigures> MeasureAsync(int count, TimeSpan seconds) => new(await PhotosAsync(count), await DoorAsync(seconds));

    private static async Task<List<RoadTimes>> PhotosAsync(int count)
    {
        await using var rig = await Rig.StartAsync(processors: 1);
        using var made = new Photos();
        using var user = rig.NewUser();
        var sizes = Sizes.Select(size => (
            Name: $"{size.Width} × {size.Height}", Photo: File.ReadAllBytes(made.Photo($"{size.Width}.jpg", size.Width, size.Height, "-quality", "85")),
            Waits: new List<TimeSpan>(), Steps: new Dictionary<string, double>(StringComparer.Ordinal))).ToList();
        foreach (var (_, photo, _, _) in sizes) await SendAsync(user, photo, WarmUp, []);
        foreach (var (_, photo, waits, steps) in sizes)
        {
            // A host answers a second scrape from its cache for a moment.
            await Task.Delay(CachedScrape);
            var before = await StepsAsync(rig);
            await SendAsync(user, photo, count, waits);
            await Task.Delay(CachedScrape);
            foreach (var (step, sum) in await StepsAsync(rig)) steps[step] = (sum - before.GetValueOrDefault(step)) * 1_000 / count;
        }

        return [.. sizes.Select(size => new RoadTimes(size.Name, new Times(size.Waits), size.Steps))];
    }

    private static async Task SendAsync(LoadUser user, byte[] photo, int times, List<TimeSpan> waits)
    {
        for (var i = 0; i < times; i++)
        {
            var (id, _) = await user.PutAsync(photo);
            await user.ConfirmAsync(id);
            var (status, wait) = await user.EndAsync(id, Looks);
            waits.Add(wait ?? throw new BenchException($"A photo ended as {status}."));
        }
    }

    private static Task<Dictionary<string, double>> StepsAsync(Rig rig) => HostMetrics.ByLabelAsync(rig.Metrics.Skip(1), "pipeline_step_duration_seconds_sum", "step");

    private static async Task<DoorFigures> DoorAsync(TimeSpan seconds)
    {
        await using var rig = await Rig.StartAsync(processors: 0);
        using var made = new Photos();
        using var user = rig.NewUser();
        var photo = await File.ReadAllBytesAsync(made.Photo("small.jpg", 640, 480, "-quality", "85"));
        await Crowd.ForAsync(Clients, seconds, () => UploadAsync(user, photo));
        var (before, watch) = (Cpu(rig), Stopwatch.StartNew());
        var done = await Crowd.ForAsync(Clients, seconds, () => UploadAsync(user, photo));
        var (elapsed, after) = (watch.Elapsed.TotalSeconds, Cpu(rig));
        return new DoorFigures(
            Clients,
            done.Count / elapsed,
            new Dictionary<string, double> { ["presign"] = Mean(d => d.Presign), ["PUT"] = Mean(d => d.Put), ["confirm"] = Mean(d => d.Confirm) },
            after.ToDictionary(part => part.Key, part => (part.Value - before.GetValueOrDefault(part.Key)) * 1_000 / done.Count));

        double Mean(Func<(TimeSpan Presign, TimeSpan Put, TimeSpan Confirm), TimeSpan> phase) => done.Average(d => phase(d).TotalMilliseconds);
    }

    private static async Task<(TimeSpan Presign, TimeSpan Put, TimeSpan Confirm)> UploadAsync(LoadUser user, byte[] photo)
    {
        var watch = Stopwatch.StartNew();
        var (id, presign) = await user.PutAsync(photo);
        var put = watch.Elapsed - presign;
        return (presign, put, await user.ConfirmAsync(id));
    }

    private static Dictionary<string, double> Cpu(Rig rig)
    {
        var cpu = ServiceUsage.CpuSeconds();
        cpu["api"] = ProcessUsage.Of(rig.ApiProcess).CpuSeconds;
        return cpu;
    }
}
