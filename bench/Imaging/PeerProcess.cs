using System.Diagnostics;
using System.Text.Json;
using Pipeline.Bench.Imaging.Measuring;
using Pipeline.Bench.Imaging.Runners;

namespace Pipeline.Bench.Imaging;

/// <summary>A peer that runs for the whole benchmark, so that the figures exclude its start.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private PeerProcess(Peer peer, Process process, string folder, string version) =>
        (Peer, _process, _folder, Version) = (peer, process, folder, version);

    public Peer Peer { get; }

    /// <summary>Its description of itself.</summary>
    public string Version { get; }

    private IReadOnlyList<int> Processes => ProcessTree.Of(_process.Id);

    public static async Task<PeerProcess> StartAsync(Peer peer, string folder, string sharp)
    {
        string[] command = peer.IsSharp ? ["node", Path.Combine(sharp, "runner.js"), peer.Name] : ["dotnet", typeof(Peer).Assembly.Location, "runner", peer.Name];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var hello = await process.StandardOutput.ReadLineAsync();
        return hello?.Split(' ', 2) is ["ready", var version]
            ? new PeerProcess(peer, process, Path.Combine(folder, peer.Name), version)
            : throw new BenchException($"{peer.Name} does not start: {hello}");
    }

    /// <summary>Folder of the variants of an image of the last turn.</summary>
    public string Folder(int image) => Path.Combine(_folder, $"{image}");

    /// <summary>Processes the photo several times, some of them at once.</summary>
    public async Task<OwnerTurn> RunAsync(Photo photo, int times, int inFlight)
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        var job = new RunnerJob(photo.Path, [.. Enumerable.Range(0, times).Select(image => Directory.CreateDirectory(Folder(image)).FullName)], inFlight, photo.Widths);
        PeakMemory.Forget(Processes);
        var before = CpuTime.Of(Processes);
        var watch = Stopwatch.StartNew();
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(job, JsonSerializerOptions.Web));
        var answer = await _process.StandardOutput.ReadLineAsync() ?? throw new BenchException($"{Peer.Name} has ended.");
        var wall = watch.Elapsed;
        var cpu = CpuTime.Of(Processes) - before;
        return JsonSerializer.Deserialize<RunnerAnswer>(answer, JsonSerializerOptions.Web)!.Error is { } error
            ? throw new BenchException($"{Peer.Name} cannot do {photo.Name}: {error}")
            : new OwnerTurn(cpu.TotalMilliseconds / times, wall.TotalMilliseconds / times, PeakMemory.Megabytes(Processes));
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input ends the process.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>The measurements of a turn.</summary>
/// <param name="Cpu">Milliseconds per image, user and system.</param>
/// <param name="Wall">Milliseconds per image.</param>
/// <param name="Memory">Peak in megabytes.</param>
internal sealed record OwnerTurn(double Cpu, double Wall, double Memory);
