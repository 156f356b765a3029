using System.Globalization;

namespace Pipeline.Bench.Pipeline;

/// <summary>CPU seconds as the kernel reports them, user and system together.</summary>
internal static class Cpu
{
    // Linux reports 100 ticks a second to user space on every architecture of .NET.
    private const double TicksPerSecond = 100;

    // Indexes of the fields after the program's name.
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int EndedChildrenUserTime = 13;
    private const int EndedChildrenSystemTime = 14;

    /// <summary>Of a process and all its descendants, since a worker decodes images in child processes.</summary>
    public static double OfProcess(int pid)
    {
        var all = All();
        return all.ContainsKey(pid) ? TicksOfTree(pid, all, Children(all)) / TicksPerSecond : 0;
    }

    /// <summary>Of each server of <c>./services.sh</c>, by its pid files.</summary>
    public static Dictionary<string, double> OfServices()
    {
        var folder = Environment.GetEnvironmentVariable("PIPELINE_SERVICES_DIR") ?? throw new InvalidOperationException("bench.sh sets PIPELINE_SERVICES_DIR.");
        var all = All();
        var children = Children(all);
        return Directory.EnumerateFiles(folder, "*pid", SearchOption.AllDirectories)
            .Select(path => (Service: Path.GetRelativePath(folder, path).Split('/')[0], Pid: File.ReadAllText(path).Trim()))
            .Distinct()
            .Where(daemon => int.TryParse(daemon.Pid, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && all.ContainsKey(pid))
            .GroupBy(daemon => daemon.Service, daemon => int.Parse(daemon.Pid, CultureInfo.InvariantCulture))
            .ToDictionary(service => service.Key, service => service.Sum(pid => TicksOfTree(pid, all, children)) / TicksPerSecond);
    }

    private static Dictionary<int, long[]> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0)
        .Select(pid => (Pid: pid, Fields: Fields(pid)))
        .Where(process => process.Fields is not null)
        .ToDictionary(process => process.Pid, process => process.Fields!);

    private static ILookup<int, int> Children(Dictionary<int, long[]> all) => all.ToLookup(process => (int)process.Value[Parent], process => process.Key);

    // By parents, since each of PostgreSQL's backends has its own session; including ended ones, or the sum would shrink.
    private static long TicksOfTree(int pid, Dictionary<int, long[]> all, ILookup<int, int> children) =>
        all[pid][UserTime] + all[pid][SystemTime] + all[pid][EndedChildrenUserTime] + all[pid][EndedChildrenSystemTime]
        + children[pid].Sum(child => TicksOfTree(child, all, children));

    // The fields after the program's name, which may contain any character; the first of them is a letter.
    private static long[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return [.. stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Select(field => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        }
        catch (IOException)
        {
            // The process has ended.
            return null;
        }
    }
}
