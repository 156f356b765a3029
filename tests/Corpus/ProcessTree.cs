using System.Globalization;

namespace Pipeline.Corpus;

/// <summary>
/// Peak memory of a process and its children, from /proc. The figure is the sum of the peaks of all processes that exist at one moment, so it is
/// never too low, although the peaks may not coincide.
/// </summary>
internal sealed class ProcessTree(int root, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    public long PeakBytes { get; private set; }

    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
                Sample();
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            Sample();
        }
    }

    private void Sample()
    {
        var processes = All();
        var mine = new HashSet<int> { root };
        // A child may come before its parent in /proc, so repeat until no more are found.
        for (var known = 0; known < mine.Count;)
        {
            known = mine.Count;
            mine.UnionWith(processes.Where(p => mine.Contains(p.Parent)).Select(p => p.Id).ToArray());
        }

        PeakBytes = Math.Max(PeakBytes, processes.Where(p => mine.Contains(p.Id)).Sum(p => p.PeakBytes));
    }

    private static List<(int Id, int Parent, long PeakBytes)> All()
    {
        var all = new List<(int, int, long)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                var status = File.ReadLines(Path.Combine(folder, "status"))
                    .Select(l => l.Split(':', 2)).Where(f => f.Length == 2).ToDictionary(f => f[0], f => f[1].Trim(), StringComparer.Ordinal);
                var peak = status.TryGetValue("VmHWM", out var text) ? long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) * 1024 : 0;
                all.Add((id, int.Parse(status["PPid"], CultureInfo.InvariantCulture), peak));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended during the check.
            }
        }

        return all;
    }
}
