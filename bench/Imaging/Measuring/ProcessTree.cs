using System.Globalization;

namespace Pipeline.Bench.Imaging.Measuring;

/// <summary>A process and all its descendants.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> Of(int root)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, ProcessStat.Of(pid)?.Parent))
            .ToLookup(process => process.Parent, process => process.Pid);
        List<int> tree = [root];
        for (var i = 0; i < tree.Count; i++) tree.AddRange(children[tree[i]]);
        return tree;
    }
}

/// <summary>The used fields of <c>/proc/PID/stat</c>.</summary>
/// <param name="Parent">The id of the parent.</param>
/// <param name="EndedChildren">CPU time of children that have ended.</param>
internal sealed record ProcessStat(int Parent, TimeSpan EndedChildren)
{
    // Linux reports 100 ticks a second to user space on every architecture of .NET.
    private const double TicksPerSecond = 100;

    /// <summary>Null if the process has ended.</summary>
    public static ProcessStat? Of(int pid)
    {
        try
        {
            // The program's name comes before, in brackets, and may contain any character.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture);
            return new ProcessStat(int.Parse(fields[1], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(ticks / TicksPerSecond));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
