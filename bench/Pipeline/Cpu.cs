using System.Globalization;

namespace Pipeline.Bench.Pipeline;

/// <summary>CPU seconds from the kernel's books, user and system together.</summary>
internal static class Cpu
{
    // Linux gives user space 100 ticks a second on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    private const int Session = 3;
    private const int UserTime = 11;
    private const int SystemTime = 12;

    public static double OfProcess(int pid) => Fields(pid) is { } fields ? Seconds(fields) : 0;

    /// <summary>Of each server of <c>./services.sh</c>: every daemon there has a session of its own, which its children share.</summary>
    public static Dictionary<string, double> OfServices()
    {
        var folder = Environment.GetEnvironmentVariable("PIPELINE_SERVICES_DIR") ?? throw new InvalidOperationException("bench.sh sets PIPELINE_SERVICES_DIR.");
        var services = Directory.EnumerateFiles(folder, "*pid", SearchOption.AllDirectories)
            .Where(path => int.TryParse(File.ReadAllText(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _))
            .ToLookup(path => int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture), path => Path.GetRelativePath(folder, path).Split('/')[0]);
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), out var pid) || Fields(pid) is not { } fields) continue;
            foreach (var service in services[int.Parse(fields[Session], CultureInfo.InvariantCulture)].Distinct())
                seconds[service] = seconds.GetValueOrDefault(service) + Seconds(fields);
        }

        return seconds;
    }

    // What comes behind the program's name, which may hold anything.
    private static string[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It has ended.
            return null;
        }
    }

    private static double Seconds(string[] fields) =>
        (long.Parse(fields[UserTime], CultureInfo.InvariantCulture) + long.Parse(fields[SystemTime], CultureInfo.InvariantCulture)) / TicksPerSecond;
}
