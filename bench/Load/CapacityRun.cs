using System.Diagnostics;
using Pipeline.TestKit;

namespace Pipeline.Bench.Load;

/// <summary>What an upload of a size costs each part.</summary>
/// <param name="Cpu">CPU-seconds by part.</param>
/// <param name="Wal">Bytes that the database writes ahead.</param>
/// <param name="Messages">Messages that the hosts publish.</param>
/// <param name="ClassA">Writes and listings, with the client's own.</param>
/// <param name="ClassB">Reads.</param>
internal sealed record CapacityFigures(
    double Megapixels, IReadOnlyDictionary<string, double> Cpu, double Wal, double Messages, double ClassA, double ClassB, double OriginalBytes, double VariantBytes);

/// <summary>Measures one upload at each of three sizes: the costs of other sizes lie on a line between them.</summary>
internal static class CapacityRun
{
    private const int WarmUp = 12;

    // The sweeps of an idle installation cost the same at any rate of uploads, so they are no part of an upload.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    // Rarely, because each look costs the database something.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private static readonly (int Width, int Height)[] Sizes = [(2000, 1500), (4000, 3000), (6000, 4000)];

    public static async Task<IReadOnlyList<CapacityFigures>> MeasureAsync(int count)
    {
        await using var rig = await Rig.StartAsync(processors: 1, shares: false, ("Processor__Messaging__Concurrency", "1"), ("Manifests__BackfillPerMinute", "0"));
        using var photos = new Photos();
        using var user = rig.NewUser();
        var files = Sizes.Select(size => File.ReadAllBytes(photos.Photo($"{size.Width}.jpg", size.Width, size.Height, "-quality", "85"))).ToList();
        foreach (var file in files) await SendAsync(rig, user, file, WarmUp);
        var (before, watch) = (await BooksAsync(rig), Stopwatch.StartNew());
        await Task.Delay(Idle);
        var idle = (await BooksAsync(rig)).Minus(before).Times(1 / watch.Elapsed.TotalSeconds);
        var all = new List<CapacityFigures>();
        foreach (var (size, file) in Sizes.Zip(files)) all.Add(await MeasureAsync(rig, user, file, size.Width * size.Height / 1e6, count, idle));
        await rig.CheckAsync();
        return all;
    }

    private static async Task<CapacityFigures> MeasureAsync(Rig rig, LoadUser user, byte[] photo, double megapixels, int count, Books idle)
    {
        var (before, watch, first) = (await BooksAsync(rig), Stopwatch.StartNew(), await rig.Database.ReadAsync<DateTime>("SELECT clock_timestamp()"));
        await SendAsync(rig, user, photo, count);
        var one = (await BooksAsync(rig)).Minus(before).Minus(idle.Times(watch.Elapsed.TotalSeconds)).Times(1.0 / count);
        const string Ready = """FROM assets WHERE "ReadyAt" > @first""";
        return new CapacityFigures(
            megapixels, one.Cpu.ToDictionary(part => part.Key, part => Math.Max(0, part.Value)), Math.Max(0, one.Wal), Math.Max(0, one.Messages), Math.Max(0, one.ClassA) + 1, Math.Max(0, one.ClassB),
            (double)await rig.Database.ReadAsync<decimal>($"SELECT avg(\"Size\") {Ready}", ("first", first)),
            (double)await rig.Database.ReadAsync<decimal>(
                $"SELECT avg((SELECT sum((v->>'bytes')::bigint) FROM jsonb_array_elements(\"Publication\"::jsonb->'variants') v)) {Ready}", ("first", first)));
    }

    // Including manifests and cleanup, which follow some seconds after an asset is ready.
    private static async Task SendAsync(Rig rig, LoadUser user, byte[] photo, int count)
    {
        var ids = await Crowd.TimesAsync(4, count, async () => (await user.PutAsync(photo)).Id);
        await Crowd.EachAsync(4, ids, user.ConfirmAsync);
        using var look = new PeriodicTimer(BetweenLooks);
        while (await rig.CountAsync(""" "Status" IN ('Queued', 'Processing') OR "Work" <> 'Idle' OR "ManifestAt" IS NOT NULL OR "TidyAt" <= now()""") > 0) await look.WaitForNextTickAsync();
    }

    private static async Task<Books> BooksAsync(Rig rig)
    {
        var cpu = ServiceUsage.CpuSeconds();
        cpu["uploadapi"] = ProcessUsage.Of(rig.ApiProcess).CpuSeconds;
        cpu["processor"] = rig.ProcessorProcesses.Sum(id => ProcessUsage.Of(id).CpuSeconds);
        const string Requests = "pipeline_store_requests_total";
        return new Books(
            cpu,
            (double)await rig.Database.ReadAsync<decimal>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"),
            await HostMetrics.SumAsync(rig.Metrics, "pipeline_bus_messages_total", "direction=\"published\""),
            await HostMetrics.SumAsync(rig.Metrics, Requests, "operation=\"put\"", "operation=\"copy\"", "operation=\"list\""),
            await HostMetrics.SumAsync(rig.Metrics, Requests, "operation=\"get\"", "operation=\"head\""));
    }

    private sealed record Books(Dictionary<string, double> Cpu, double Wal, double Messages, double ClassA, double ClassB)
    {
        public Books Minus(Books other) => new(
            Cpu.ToDictionary(part => part.Key, part => part.Value - other.Cpu.GetValueOrDefault(part.Key)), Wal - other.Wal, Messages - other.Messages, ClassA - other.ClassA,
            ClassB - other.ClassB);

        public Books Times(double factor) => new(
            Cpu.ToDictionary(part => part.Key, part => part.Value * factor), Wal * factor, Messages * factor, ClassA * factor, ClassB * factor);
    }
}
