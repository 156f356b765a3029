using System.Globalization;

namespace Pipeline.Fuzz;

/// <summary>Prints the progress of a run, and judges it at its end.</summary>
internal sealed class Report(Arguments arguments, int originals)
{
    /// <summary>Interval of the progress lines.</summary>
    public const int Parts = 10;

    /// <summary>The allowed growth of memory after the first tenth of a run; a leak of a kilobyte for each of 18,000 images exceeds it.</summary>
    private const long MayGrow = 16 * 1024 * 1024;

    private readonly List<(long Worker, long Decoders)> _memory = [];

    public int Failed { get; private set; }

    public void Sample(FuzzRun run, TimeSpan elapsed, int part)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var memory = Memory.Now();
        _memory.Add(memory);
        Say($"{arguments.Count * part / Parts,6} of {arguments.Count}, {elapsed.TotalSeconds,5:F0} s; worker {Mib(memory.Worker)}, decoders {Mib(memory.Decoders)}; {Endings(run)}");
    }

    public void Close(FuzzRun run, IReadOnlyList<string> leftBehind)
    {
        Say($"{originals} originals, seed {arguments.Seed}; {Endings(run)}");
        foreach (var fault in run.Faults.Take(20))
            Say($"FAULT OF OURS: {fault}");
        foreach (var path in leftBehind.Take(20))
            Say($"LEFT BEHIND: {Path.GetFileName(path)}");

        // Decoders are replaced, and one that has just decoded a large image is large, so compare the ends.
        var (first, last) = (_memory[0], _memory[^1]);
        var grew = last.Worker - first.Worker > MayGrow;
        Say($"memory of the worker after a tenth and at the end: {Mib(first.Worker)}, {Mib(last.Worker)}{(grew ? ": IT GROWS" : "")}");
        Say($"memory of the decoders, at most: {Mib(_memory.Max(sample => sample.Decoders))}");
        Failed = run.Faults.Count + leftBehind.Count + (grew ? 1 : 0);
        Say($"{run.Endings.Values.Sum()} passed, {Failed} failed");
    }

    private static string Endings(FuzzRun run) =>
        string.Join(", ", run.Endings.OrderByDescending(e => e.Value).Select(e => $"{e.Key} {e.Value}"));

    private static string Mib(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024} MiB");

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
