using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>A worker is killed as soon as it has read one certain file; the scenario restarts it, as a supervisor does.</summary>
internal static class DeadlyFile
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var runs = scale.Of(10, 1);
        await using var proxy = await StoreProxy.StartAsync();
        await using var world = await World.CreateAsync();
        await world.StartApiAsync();
        await world.StartWorkerAsync(proxy.Setting);
        using var client = world.Client();
        var confirmed = new List<Guid>();
        var (most, longest) = (0, TimeSpan.Zero);
        for (var run = 0; run < runs; run++)
        {
            var (deaths, took) = await OnceAsync(world, client, proxy, confirmed, cancellationToken);
            (most, longest) = (Math.Max(most, deaths), took > longest ? took : longest);
        }

        await world.DoneAsync("the deadly files are failed", TimeSpan.FromMinutes(2), cancellationToken);
        var result = await world.AuditAsync(confirmed, cancellationToken);
        ChaosException.Unless(most <= 3, $"{most} workers died of one file");
        ChaosException.Unless(longest <= Limit, $"a deadly file took {longest.TotalSeconds:0} s to fail");
        var failed = await world.Database.CountAsync(""" "Status" = 'Failed' """, cancellationToken);
        ChaosException.Unless(failed == runs, $"{failed} failed instead of the {runs} deadly ones");
        return new Finding($"{runs} deadly files", $"each failed after at most {most} deaths and {longest.TotalSeconds:0} s; {result}");
    }

    // All workers read through the proxy, which holds the deadly file, so that there is time to kill the worker that requests it.
    private static async Task<(int Deaths, TimeSpan Took)> OnceAsync(
        World world, Client client, StoreProxy proxy, List<Guid> confirmed, CancellationToken cancellationToken)
    {
        var deadly = (await client.PrepareAsync(1, cancellationToken))[0];
        var held = proxy.Hold(r => HttpMethods.IsGet(r.Method) && deadly.Url.AbsolutePath == r.Path);
        var watch = Stopwatch.StartNew();
        await client.ConfirmAsync(deadly.Id, cancellationToken);
        confirmed.Add(deadly.Id);
        for (var deaths = 0; ; deaths++)
        {
            var others = client.UploadAsync(3, cancellationToken);
            await World.Slowly(async () => held() > 0 || await HasFailedAsync(world, deadly.Id, cancellationToken), "the file is with a worker, or failed", Limit);
            confirmed.AddRange(await others);
            if (held() == 0) return (deaths, watch.Elapsed);
            await world.KillWorkerAsync(world.Workers[0]);
            await world.StartWorkerAsync(proxy.Setting);
        }
    }

    private static async Task<bool> HasFailedAsync(World world, Guid id, CancellationToken cancellationToken) =>
        await world.Database.CountAsync($""" "Id" = '{id}' AND "Status" = 'Failed' """, cancellationToken) == 1;
}
