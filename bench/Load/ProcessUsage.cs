using System.Globalization;

namespace Pipeline.Bench.Load;

/// <summary>Memory, descriptors and CPU time of a process and its children, as the kernel reports them.</summary>
/// <param name="Memory">Resident bytes.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="CpuSeconds">User and system time, including that of children that have ended.</param>
internal sealed record ProcessUsage(long Memory, int Handles, double CpuSeconds)
{
    // Linux reports 100 ticks a second to user space on every architecture of .NET.
    private const double TicksPerSecond = 100;

    // Indexes of the fields after the program's name.
    private const int Parent = 1;
    private const int FirstTime = 11;
    private const int Times = 4;

    public static ProcessUsage Of(int root)
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Fields: Fields(pid)))
            .Where(process => process.Fields.Length > 0)
            .ToList();
        var children = all.ToLookup(process => process.Fields[Parent], process => process.Pid);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++) tree.AddRange(children[tree[i]]);
        var ticks = all.Where(process => tree.Contains(process.Pid)).Sum(process => process.Fields[FirstTime..(FirstTime + Times)].Sum());
        return new ProcessUsage(tree.Sum(Resident), tree.Sum(Descriptors), ticks / TicksPerSecond);
    }

    private static long Resident(int pid)
    {
        var line = Read(() => File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)));
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static int Descriptors(int pid) => Read(() => Directory.GetFileSystemEntries($"/proc/{pid}/fd"))?.Length ?? 0;

    // The fields after the program's name, which may contain any character; the first of them is a letter.
    private static long[] Fields(int pid) => Read(() => File.ReadAllText($"/proc/{pid}/stat")) is not { } stat ? []
        : [.. stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Select(field => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0)];

    private static T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (IOException)
        {
            // The process has ended.
            return null;
        }
    }
}
