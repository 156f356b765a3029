using System.Diagnostics;
using System.Net;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>The disk of PostgreSQL is full, on a separate server. Needs the right to mount a small file system.</summary>
internal static class DatabaseFull
{
    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var disk = new SmallDisk(megabytes: 192);
        var port = FreePort.Take();
        Dictionary<string, string> own = new(StringComparer.Ordinal) { ["PIPELINE_SERVICES_DIR"] = disk["services"], ["PG_PORT"] = $"{port}" };
        await Service.Database.RunAsync(own, "start");
        try
        {
            await using var world = await World.CreateAsync($"Host=127.0.0.1;Port={port};Database=pipeline;Username=pipeline;Password=pipeline");
            return await FillAsync(world, disk, () => Service.Database.RunAsync(own, "start"), scale, cancellationToken);
        }
        finally
        {
            disk.Empty();
            await Service.Database.RunAsync(own, "stop");
        }
    }

    private static async Task<Finding> FillAsync(World world, SmallDisk disk, Func<Task> superviseAsync, Scale scale, CancellationToken cancellationToken)
    {
        await world.StartApiAsync(World.WithTimeouts);
        await world.StartWorkerAsync();
        using var client = world.Client();
        var confirmed = new List<Guid>(await client.UploadAsync(scale.Of(20, 4), cancellationToken));
        disk.Fill();

        // The last pages of a table still have some space. These upload URLs are never used.
        var watch = Stopwatch.StartNew();
        HttpStatusCode status;
        bool saysWhen;
        do (status, saysWhen) = await client.TryPresignAsync(cancellationToken);
        while (status == HttpStatusCode.OK && watch.Elapsed < TimeSpan.FromMinutes(3));
        ChaosException.Unless(
            status is HttpStatusCode.InsufficientStorage || (status is HttpStatusCode.ServiceUnavailable && saysWhen), $"with a full disk a presign was answered by {(int)status}");
        var during = client.UploadAsync(scale.Of(20, 4), cancellationToken);
        await Task.Delay(scale.Of(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)), cancellationToken);
        disk.Empty();

        // A server without space for its log ends; a supervisor starts it again.
        await superviseAsync();
        confirmed.AddRange(await during);
        await World.Slowly(
            async () => (await client.AskAsync("health/ready", cancellationToken)).Status == HttpStatusCode.OK, "the API is ready again", TimeSpan.FromMinutes(2));
        await world.DoneAsync("there is room again", TimeSpan.FromMinutes(5), cancellationToken, but: """ "Status" = 'Pending' """);
        return new Finding($"{confirmed.Count} assets", $"{(int)status} while it was full; {await world.AuditAsync(confirmed, cancellationToken)}");
    }
}
