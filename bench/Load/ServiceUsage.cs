using System.Globalization;

namespace Pipeline.Bench.Load;

/// <summary>CPU-seconds of the services of <c>./services.sh</c>, with their child processes.</summary>
internal static class ServiceUsage
{
    public static Dictionary<string, double> CpuSeconds()
    {
        var folder = Environment.GetEnvironmentVariable("PIPELINE_SERVICES_DIR") ?? throw new BenchException("bench.sh sets PIPELINE_SERVICES_DIR.");
        return Directory.EnumerateFiles(folder, "*pid", SearchOption.AllDirectories)
            .Select(path => (Service: Path.GetRelativePath(folder, path).Split('/')[0], Pid: File.ReadAllText(path).Trim()))
            .Distinct()
            .Where(daemon => int.TryParse(daemon.Pid, NumberStyles.None, CultureInfo.InvariantCulture, out _) && Directory.Exists($"/proc/{daemon.Pid}"))
            .GroupBy(daemon => daemon.Service, daemon => int.Parse(daemon.Pid, CultureInfo.InvariantCulture))
            .ToDictionary(service => service.Key, service => service.Sum(pid => ProcessUsage.Of(pid).CpuSeconds));
    }
}
