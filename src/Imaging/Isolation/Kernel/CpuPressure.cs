using System.Globalization;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>How long tasks of this machine have waited for a core, by the kernel's pressure statistics.</summary>
/// <param name="stalled">The total since the start of the machine; null if the kernel does not tell.</param>
internal sealed class CpuPressure(Func<TimeSpan?> stalled)
{
    public static CpuPressure OfMachine { get; } = new(Read);

    /// <summary>Time during which at least one task waited; null if the kernel does not tell.</summary>
    public TimeSpan? Stalled => stalled();

    /// <param name="text">The kernel's file, such as <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=1234</c> in microseconds.</param>
    internal static TimeSpan? Parse(string text)
    {
        const string Total = "total=";
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith("some ", StringComparison.Ordinal));
        return line?.Split(' ').FirstOrDefault(field => field.StartsWith(Total, StringComparison.Ordinal)) is { } field
            && long.TryParse(field.AsSpan(Total.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var micros)
                ? TimeSpan.FromMicroseconds(micros)
                : null;
    }

    private static TimeSpan? Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/pressure/cpu"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // an older kernel, or one that hides it
        }
    }
}
