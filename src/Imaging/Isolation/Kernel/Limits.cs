using System.Globalization;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>Limits of a running process, set from outside after its start, so that the start itself does not count.</summary>
internal static unsafe class Limits
{
    private const int CpuSeconds = 0;
    private const int FileBytes = 1;
    private const int DataBytes = 2;
    private const int CoreBytes = 4;
    private const int OpenFiles = 7;

    // Linux gives user space 100 ticks a second on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>
    /// Limits private writable memory, which holds the image. Address space that the garbage collector only reserves does not count.
    /// </summary>
    public static void Set(int process, ulong memoryBytes, ulong fileBytes, ulong openFiles)
    {
        Set(process, DataBytes, memoryBytes, memoryBytes);
        Set(process, FileBytes, fileBytes, fileBytes);
        Set(process, OpenFiles, openFiles, openFiles);
        Set(process, CoreBytes, 0, 0);
    }

    /// <summary>Allows this much CPU time beyond what the process has used. Past the limit the kernel ends it by SIGXCPU.</summary>
    /// <exception cref="IOException">The process has ended.</exception>
    public static void GrantCpu(int process, TimeSpan more)
    {
        var used = CpuTime(process) ?? throw new IOException("The process has ended.");

        // In whole seconds. Only the soft limit moves: the hard one could not be raised again by a worker that is not root.
        Set(process, CpuSeconds, (ulong)Math.Ceiling(used.TotalSeconds + Math.Max(1, more.TotalSeconds)), ulong.MaxValue);
    }

    /// <summary>CPU time used, user and system together; null if the process has ended.</summary>
    public static TimeSpan? CpuTime(int process)
    {
        try
        {
            // User time, then system time. They follow the program's name, which may hold any character.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Ticks(fields[11]) + Ticks(fields[12])) / TicksPerSecond);
        }
        catch (Exception e) when (e is IOException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static double Ticks(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    private static void Set(int process, int limit, ulong soft, ulong hard)
    {
        // An inherited limit may be stricter already, and only root can raise it.
        var limits = stackalloc ulong[2];
        if (Sys.ProcessLimit(process, limit, null, limits) != 0) throw Sys.Failed("prlimit");
        limits[1] = Math.Min(limits[1], hard);
        limits[0] = Math.Min(limits[1], soft);
        if (Sys.ProcessLimit(process, limit, limits, null) != 0) throw Sys.Failed("prlimit");
    }
}
