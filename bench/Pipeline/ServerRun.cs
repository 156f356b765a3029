using System.Diagnostics;
using System.Security.Cryptography;
using Pipeline.TestKit;

namespace Pipeline.Bench.Pipeline;

/// <summary>The measurements of one run of all photos through the real servers.</summary>
/// <param name="Processors">Worker processes, each with one image in work at a time.</param>
/// <param name="AssetsPerSecond">From the first confirm to the last outcome.</param>
/// <param name="Waits">From confirm to ready, shortest first.</param>
/// <param name="CpuPerAsset">CPU seconds per asset, by process.</param>
internal sealed record ServerFigures(int Processors, double AssetsPerSecond, IReadOnlyList<TimeSpan> Waits, IReadOnlyDictionary<string, double> CpuPerAsset)
{
    public TimeSpan Percentile(double share) => Waits[Math.Max(0, (int)Math.Ceiling(Waits.Count * share) - 1)];
}

/// <summary>Starts the API and some workers, and sends photos through them. All are uploaded first, so that only the processing is measured.</summary>
internal static class ServerRun
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    public static async Task<ServerFigures> MeasureAsync(IReadOnlyList<byte[]> photos, int count, int processors)
    {
        using var folder = new TempFolder();
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var settings = ProductionSettings.Of(secret, folder["work"]);
        settings["Processor__Messaging__Concurrency"] = "1";
        settings["Dispatch__InWorkPerOwner"] = "100000"; // one user represents many
        settings.Remove("Dispatch__SweepSeconds"); // as in production
        await using var api = await ServerProcess.StartAsync(Program("Pipeline.UploadApi.dll"), folder.Path, settings);
        var workers = new List<ServerProcess>();
        try
        {
            for (var i = 0; i < processors; i++) workers.Add(await ServerProcess.StartAsync(Program("Pipeline.Processor.dll"), folder.Path, settings));
            using var user = new Uploader(api.Address, secret);

            // Enough to reach every worker.
            await RunAsync(user, photos, EngineRun.WarmUp * processors);
            var ids = await PutAsync(user, photos, count);
            var before = Books(api, workers);
            var watch = Stopwatch.StartNew();
            await ConfirmAndWaitAsync(user, ids);
            var seconds = watch.Elapsed.TotalSeconds;
            var after = Books(api, workers);

            var waits = new List<TimeSpan>();
            foreach (var id in ids) waits.Add(await user.WaitOfAsync(id));
            return new ServerFigures(
                processors, count / seconds, [.. waits.Order()], after.ToDictionary(b => b.Key, b => (b.Value - before.GetValueOrDefault(b.Key)) / count));
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }
    }

    private static string Program(string dll) => Path.Combine(AppContext.BaseDirectory, dll);

    private static async Task RunAsync(Uploader user, IReadOnlyList<byte[]> photos, int count) =>
        await ConfirmAndWaitAsync(user, await PutAsync(user, photos, count));

    private static async Task<List<string>> PutAsync(Uploader user, IReadOnlyList<byte[]> photos, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++) ids.Add(await user.PutAsync(photos[i % photos.Count]));
        return ids;
    }

    private static async Task ConfirmAndWaitAsync(Uploader user, IReadOnlyList<string> ids)
    {
        await Task.WhenAll(ids.Select(user.ConfirmAsync));
        using var patience = new CancellationTokenSource(Timeout);

        // Rarely, since the API's CPU time for these requests counts too.
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await user.IsAnythingInWorkAsync()) await look.WaitForNextTickAsync(patience.Token);
    }

    private static Dictionary<string, double> Books(ServerProcess api, IEnumerable<ServerProcess> workers)
    {
        var books = Cpu.OfServices();
        books["uploadapi"] = Cpu.OfProcess(api.Id);
        books["processor"] = workers.Sum(worker => Cpu.OfProcess(worker.Id));
        return books;
    }
}
