using System.Runtime.InteropServices;

namespace Pipeline.Bench.Imaging.Measuring;

/// <summary>CPU time of processes by the kernel's own clock, since the ticks in <c>/proc</c> have a resolution of only a hundredth of a second.</summary>
internal static partial class CpuTime
{
    /// <summary>User and system time, including threads and children that have ended.</summary>
    public static TimeSpan Of(IReadOnlyList<int> processes) => processes.Aggregate(
        TimeSpan.Zero, (sum, pid) => sum + OfOne(pid) + (ProcessStat.Of(pid)?.EndedChildren ?? TimeSpan.Zero));

    private static TimeSpan OfOne(int pid) => FindClock(pid, out var clock) == 0 && ReadClock(clock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000)
        : TimeSpan.Zero;

    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    private static partial int FindClock(int pid, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
