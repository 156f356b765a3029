using System.Diagnostics;
using System.Globalization;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>A machine runs out of disk or memory.</summary>
internal static class Resources
{
    /// <summary>Needs the right to mount a small file system.</summary>
    public static async Task<Finding> DiskFullAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder.Path);
        try
        {
            await using var world = await World.CreateAsync();
            await world.StartApiAsync(World.WithTimeouts);
            await world.StartWorkerAsync(("Processor__Work__Folder", folder["work"]));
            using var client = world.Client();
            Fill(folder["filler"]);
            var confirmed = await client.UploadAsync(scale.Of(50, 5), cancellationToken);
            await World.Slowly(
                async () => await world.Database.CountAsync(""" "FailureCode" IS NOT NULL """, cancellationToken) == confirmed.Count, "all have failed once", TimeSpan.FromMinutes(1));
            ChaosException.Unless(await world.Database.CountAsync(""" "Status" = 'Ready' """, cancellationToken) == 0, "some are ready without a disk");
            File.Delete(folder["filler"]);
            await world.DoneAsync("there is room again", TimeSpan.FromMinutes(3), cancellationToken);
            return new Finding($"{confirmed.Count} assets", $"0 ready while it was full, then {await world.AuditAsync(confirmed, cancellationToken)}");
        }
        finally
        {
            await RunAsync("umount", folder.Path);
        }
    }

    /// <summary>When memory is short the kernel kills the largest process, which is a busy decoder.</summary>
    public static async Task<Finding> MemoryShortAsync(Scale scale, CancellationToken cancellationToken)
    {
        var (assets, wanted) = (scale.Of(300, 20), scale.Of(50, 3));
        await using var world = await World.CreateAsync();
        await world.StartApiAsync(World.WithTimeouts);
        var worker = await world.StartWorkerAsync();
        using var client = world.Client();
        var random = new Random(23);
        var confirmed = new List<Guid>();
        for (var kills = 0; kills < wanted;)
        {
            confirmed.AddRange(await client.UploadAsync((assets * (kills + 1) / wanted) - confirmed.Count, cancellationToken));
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() / 2), cancellationToken);
            kills += KillDecodersOf(worker);
        }

        await world.DoneAsync("there is memory again", TimeSpan.FromMinutes(5), cancellationToken);
        ChaosException.Unless(Directory.Exists($"/proc/{worker.Id}"), "the worker died with its decoders");
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(result == $"{confirmed.Count} ready", $"a file was blamed for what the kernel did: {result}");
        return new Finding($"{confirmed.Count} assets, {wanted} kills of decoders", $"the worker lives; {result}");
    }

    public static async Task<Finding> TwoApisAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync();
        using var client = world.Client();
        var confirmed = await client.UploadAsync(scale.Of(300, 20), cancellationToken);
        await world.DoneAsync("two APIs have the same sweeps", TimeSpan.FromMinutes(4), cancellationToken);
        var twice = (await world.Database.RowsAsync(cancellationToken)).Count(r => r.Dispatched != 1);
        ChaosException.Unless(twice == 0, $"{twice} requests were not given to the bus exactly once");
        return new Finding($"{confirmed.Count} assets", $"each given to the bus once; {await world.AuditAsync(confirmed, cancellationToken)}");
    }

    private static int KillDecodersOf(ServerProcess worker)
    {
        var children = Directory.EnumerateDirectories($"/proc/{worker.Id}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        foreach (var id in children)
        {
            using var decoder = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
            decoder.Kill();
        }

        return children.Count;
    }

    private static void Fill(string path)
    {
        try
        {
            using var file = File.Create(path, bufferSize: 0);
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new ChaosException($"{program} failed, which only root can: {errors.Trim()}");
    }
}
