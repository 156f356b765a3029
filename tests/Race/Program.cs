using System.Diagnostics;
using System.Globalization;
using Pipeline.Race;
using Pipeline.TestKit;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var stop = new StopSignal();

const int Parts = 10;
var (passed, failed) = (0, 0);
try
{
    if (arguments.HostsOnly is null) await RaceAsync("embedded server", Track.EmbeddedAsync, arguments.Count);
    await RaceAsync("both hosts on S3", Track.ProductionAsync, arguments.ProductionCount);
    Console.WriteLine($"{passed} passed, {failed} failed");
    return failed == 0 ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsRaised)
{
    Console.Error.WriteLine("interrupted");
    return 2;
}

async Task RaceAsync(string name, Func<string, Task<Track>> start, int count)
{
    using var folder = new TempFolder();
    await using var track = await start(folder.Path);
    using var run = new RaceRun(track, arguments.Seed);
    var took = Stopwatch.StartNew();
    for (var part = 1; part <= Parts; part++)
    {
        await run.RunAsync(count * (part - 1) / Parts, count * part / Parts, stop.Token);
        Say($"{name}: {count * part / Parts,6} of {count}, {took.Elapsed.TotalSeconds,5:F0} s; {Endings(run)}; faults {run.Faults.Count}");
    }

    await run.AuditAsync(stop.Token);
    // A run whose second file was always too late, or never, proves nothing.
    foreach (var ending in new[] { "ready as first", "rejected changed_after_confirm" })
        if (count >= 100 && !run.Endings.ContainsKey(ending))
            run.Faults.Enqueue($"no race ended as {ending}");
    foreach (var fault in run.Faults.Take(20)) Say($"FAULT: {fault}");
    if (!run.Faults.IsEmpty) Console.Error.WriteLine($"The servers' last words:\n{track.LastWords}\n");
    passed += run.Run;
    failed += run.Faults.Count;
}

static string Endings(RaceRun run) => string.Join(", ", run.Endings.OrderByDescending(e => e.Value).Select(e => $"{e.Key} {e.Value}"));

static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
