using System.Globalization;

namespace Pipeline.Processor.Imaging.Isolation.Kernel;

/// <summary>Limits of a running process, set from outside: they count for what is behind it, not for its start.</summary>
internal static unsafe class Limits
{
    private const int CpuSeconds = 0;
    private const int FileBytes = 1;
    private const int DataBytes = 2;
    private const int CoreBytes = 4;
    private const int OpenFiles = 7;

    // Linux gives user space 100 ticks a second on every architecture that .NET runs on.
    private const ulong TicksPerSecond = 100;

    /// <summary>
    /// Memory counts what is private and writable, which is what an image takes; the address space that a garbage collector only reserves does
    /// not count.
    /// </summary>
    public static void Set(int process, ulong memoryBytes, ulong fileBytes, ulong openFiles)
    {
        Set(process, DataBytes, memoryBytes, memoryBytes);
        Set(process, FileBytes, fileBytes, fileBytes);
        Set(process, OpenFiles, openFiles, openFiles);
        Set(process, CoreBytes, 0, 0);
    }

    /// <summary>Allows it so many seconds of CPU more than it has used; past them the kernel ends it by SIGXCPU.</summary>
    public static void GrantCpu(int process, int seconds)
    {
        // Behind the program's name, which may hold anything: user time, then system time.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = ulong.Parse(fields[11], CultureInfo.InvariantCulture) + ulong.Parse(fields[12], CultureInfo.InvariantCulture);

        // Only the soft limit moves: the hard one could not be raised again by a worker that is not root.
        Set(process, CpuSeconds, (ticks / TicksPerSecond) + 1 + (ulong)seconds, ulong.MaxValue);
    }

    private static void Set(int process, int limit, ulong soft, ulong hard)
    {
        // What it has inherited may be stricter already, and only root could raise that.
        var limits = stackalloc ulong[2];
        if (Sys.ProcessLimit(process, limit, null, limits) != 0) throw Sys.Failed("prlimit");
        limits[1] = Math.Min(limits[1], hard);
        limits[0] = Math.Min(limits[1], soft);
        if (Sys.ProcessLimit(process, limit, limits, null) != 0) throw Sys.Failed("prlimit");
    }
}
