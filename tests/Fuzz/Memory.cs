using System.Globalization;

namespace Pipeline.Fuzz;

/// <summary>Resident memory in bytes, from /proc.</summary>
internal static class Memory
{
    /// <summary>Memory of this process, and of all its children together.</summary>
    public static (long Worker, long Decoders) Now()
    {
        var children = Directory.EnumerateDirectories("/proc/self/task")
            .SelectMany(task => Lines(Path.Combine(task, "children")))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return (Of("self"), children.Sum(Of));
    }

    private static long Of(string process) => Lines($"/proc/{process}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024);

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return []; // The process ended during the check.
        }
    }
}
