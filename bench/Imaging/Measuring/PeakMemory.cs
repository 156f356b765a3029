using System.Globalization;

namespace Pipeline.Bench.Imaging.Measuring;

/// <summary>Peak memory of processes in RAM. The kernel records it, so that short peaks count too.</summary>
internal static class PeakMemory
{
    /// <summary>Resets the peaks.</summary>
    public static void Forget(IReadOnlyList<int> processes)
    {
        foreach (var pid in processes) File.WriteAllText($"/proc/{pid}/clear_refs", "5");
    }

    /// <summary>The sum of the processes' peaks; a file page that several of them have mapped counts once.</summary>
    public static double Megabytes(IReadOnlyList<int> processes) =>
        (processes.Sum(Peak) - (processes.Count > 1 ? CountedTwice(processes) : 0)) / 1024.0;

    private static long Peak(int pid) => Lines(pid, "status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Sum(Kilobytes);

    // Of the processes that share a file, count the one with the most pages of it.
    private static long CountedTwice(IReadOnlyList<int> processes) => processes
        .SelectMany(SharedPages)
        .GroupBy(pages => pages.File, pages => pages.Kilobytes)
        .Sum(file => file.Sum() - file.Max());

    private static IEnumerable<(string File, long Kilobytes)> SharedPages(int pid)
    {
        var pages = new Dictionary<string, long>(StringComparer.Ordinal);
        var file = string.Empty;
        foreach (var line in Lines(pid, "smaps"))
        {
            if (line.StartsWith("Shared_Clean:", StringComparison.Ordinal)) pages[file] = pages.GetValueOrDefault(file) + Kilobytes(line);
            else if (!line.Split(' ', 2)[0].EndsWith(':')) file = line.IndexOf('/', StringComparison.Ordinal) is var at and >= 0 ? line[at..] : string.Empty;
        }

        return pages.Where(entry => entry.Key.Length > 0 && !entry.Key.StartsWith("/memfd:", StringComparison.Ordinal)).Select(entry => (entry.Key, entry.Value));
    }

    private static long Kilobytes(string line) => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static string[] Lines(int pid, string name)
    {
        try
        {
            return File.ReadAllLines($"/proc/{pid}/{name}");
        }
        catch (IOException)
        {
            // The process has ended.
            return [];
        }
    }
}
