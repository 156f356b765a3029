using System.Diagnostics;
using Pipeline.Bench.Load;

namespace Pipeline.Bench.Api;

/// <summary>One round of one route.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="ServerCpu">CPU-milliseconds of the server for each request.</param>
/// <param name="DatabaseCpu">CPU-milliseconds of PostgreSQL's sessions for each request; null without a database.</param>
internal sealed record RouteFigures(double Rate, double P50, double P99, double ServerCpu, double? DatabaseCpu);

/// <summary>Sends requests over several connections, each as soon as the one before is answered.</summary>
internal static class Measure
{
    // A compiler that is quiet changes nothing any more from one slice to the next.
    private const double Quiet = 0.03;
    private const int MostSlices = 15;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2);

    /// <summary>Repeats short rounds until the CPU time of a request stays the same.</summary>
    public static async Task WarmUpAsync(IServer server, IReadOnlyList<HttpLane> lanes, Func<ReadOnlyMemory<byte>> next)
    {
        var before = double.PositiveInfinity;
        for (var slice = 0; slice < MostSlices; slice++)
        {
            var now = (await RunAsync(server, lanes, next, Slice)).ServerCpu;
            if (Math.Abs(now - before) < Quiet * now) return;
            before = now;
        }
    }

    /// <summary>Sends requests for this time.</summary>
    public static Task<RouteFigures> RunAsync(IServer server, IReadOnlyList<HttpLane> lanes, Func<ReadOnlyMemory<byte>> next, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        return RunAsync(server, lanes, () => watch.Elapsed < time ? next() : ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Sends requests until there is an empty one.</summary>
    /// <param name="server">The server.</param>
    /// <param name="lanes">Connections to it.</param>
    /// <param name="next">The next request. Called by one thread at a time for each connection.</param>
    /// <param name="settle">Work of the server that belongs to the requests and follows them; its CPU time counts.</param>
    public static async Task<RouteFigures> RunAsync(IServer server, IReadOnlyList<HttpLane> lanes, Func<ReadOnlyMemory<byte>> next, Func<Task>? settle = null)
    {
        var (cpu, database) = (ProcessUsage.Of(server.ProcessId).CpuSeconds, await server.DatabaseCpuAsync());
        var watch = Stopwatch.StartNew();
        var times = await Task.WhenAll(lanes.Select(lane => Task.Run(() => SendAsync(lane, next))));
        var seconds = watch.Elapsed.TotalSeconds;
        if (settle is not null) await settle();
        var all = new Times(times.SelectMany(one => one));
        return new RouteFigures(
            all.Count / seconds,
            all.P50,
            all.P99,
            1000 * (ProcessUsage.Of(server.ProcessId).CpuSeconds - cpu) / all.Count,
            1000 * (await server.DatabaseCpuAsync() - database) / all.Count);
    }

    private static async Task<List<TimeSpan>> SendAsync(HttpLane lane, Func<ReadOnlyMemory<byte>> next)
    {
        var times = new List<TimeSpan>();
        while (next() is { Length: > 0 } request)
        {
            var begun = Stopwatch.GetTimestamp();
            var (status, _) = await lane.SendAsync(request);
            times.Add(Stopwatch.GetElapsedTime(begun));
            if (status is < 200 or > 299) throw new BenchException($"the server answered {status}");
        }

        return times;
    }
}
