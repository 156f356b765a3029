using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Pipeline.Bench.Load;

namespace Pipeline.Bench.Api;

/// <summary>The server under test has a core of its own; the load generator and PostgreSQL share another.</summary>
[SupportedOSPlatform("linux")]
internal static class Cores
{
    /// <summary>The command that starts a program on the server's core.</summary>
    public static IReadOnlyList<string> Server { get; } = ["taskset", "-c", "0"];

    private const string Other = "1";

    public static void Check()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessorCount < 2) throw new BenchException("it needs Linux with two cores: one for the server, one for the load and PostgreSQL");
        Pin(Environment.ProcessId);
    }

    /// <summary>Puts the sessions of this database on the other core. A server on another machine has cores of its own.</summary>
    /// <returns>Their processes; none for a server on another machine.</returns>
    public static async Task<IReadOnlyList<int>> PinAsync(ScratchDatabase database)
    {
        var list = await database.ReadAsync<string>(
            "SELECT coalesce(string_agg(pid::text, ','), '') FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()");
        var sessions = list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)).Where(IsPostgres).ToList();
        foreach (var pid in sessions) Pin(pid);
        return sessions;
    }

    private static bool IsPostgres(int pid) => File.Exists($"/proc/{pid}/comm") && File.ReadAllText($"/proc/{pid}/comm").StartsWith("postgres", StringComparison.Ordinal);

    // All threads: those of the runtime exist already.
    private static void Pin(int pid)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-a", "-c", "-p", Other, pid.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
    }
}
