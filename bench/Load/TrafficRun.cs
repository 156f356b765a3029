using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <summary>The throughput of a number of clients.</summary>
/// <param name="Clients">Each presigns, puts and confirms without a pause.</param>
/// <param name="Uploads">Uploads per second.</param>
/// <param name="Ready">Assets that became ready meanwhile, per second.</param>
/// <param name="Presign">Duration of the API's response.</param>
/// <param name="Confirm">Duration of the API's response.</param>
internal sealed record TrafficStep(int Clients, double Uploads, double Ready, Times Presign, Times Confirm);

/// <param name="Processors">Number in this run; with none, the API runs alone.</param>
/// <param name="Steps">With a growing number of clients.</param>
/// <param name="Drain">Assets per second after the uploads have ended, from the backlog.</param>
/// <param name="ApiCpu">CPU seconds of the API for each upload, over the whole run.</param>
internal sealed record TrafficFigures(int Processors, IReadOnlyList<TrafficStep> Steps, double Drain, double ApiCpu)
{
    /// <summary>Assets per second while uploads continue: the best step.</summary>
    public double Sustained => Steps.Max(step => step.Ready);
}

/// <summary>Increases the number of uploading clients step by step, and then lets the workers process the backlog.</summary>
internal static class TrafficRun
{
    private const int WarmUp = 16;
    private static readonly int[] Ramp = [1, 2, 4, 8, 16];

    public static async Task<TrafficFigures> MeasureAsync(PhotoDeck photos, int processors, TimeSpan step)
    {
        await using var rig = await Rig.StartAsync(processors);
        using var user = rig.NewUser();
        await Crowd.TimesAsync(4, WarmUp * Math.Max(1, processors), () => UploadAsync(user, photos));
        if (processors > 0) await rig.WaitAsync("the first are ready", "\"Work\" <> 'Idle'");

        var before = ProcessUsage.Of(rig.ApiProcess).CpuSeconds;
        var steps = new List<TrafficStep>();
        var uploads = 0;
        foreach (var clients in Ramp)
        {
            var ready = await ReadyAsync(rig);
            var watch = Stopwatch.StartNew();
            var done = await Crowd.ForAsync(clients, step, () => UploadAsync(user, photos));
            var seconds = watch.Elapsed.TotalSeconds;
            ready = await ReadyAsync(rig) - ready;
            uploads += done.Count;
            steps.Add(new TrafficStep(clients, done.Count / seconds, ready / seconds, new Times(done.Select(d => d.Presign)), new Times(done.Select(d => d.Confirm))));
        }

        var drain = processors > 0 ? await DrainAsync(rig) : 0;
        await rig.CheckAsync();
        return new TrafficFigures(processors, steps, drain, (ProcessUsage.Of(rig.ApiProcess).CpuSeconds - before) / uploads);
    }

    private static async Task<(TimeSpan Presign, TimeSpan Confirm)> UploadAsync(LoadUser user, PhotoDeck photos)
    {
        var (id, presign) = await user.PutAsync(photos.Next());
        return (presign, await user.ConfirmAsync(id));
    }

    private static async Task<double> DrainAsync(Rig rig)
    {
        var left = await rig.CountAsync("\"Work\" <> 'Idle'");
        var watch = Stopwatch.StartNew();
        await rig.WaitAsync("all are ready", "\"Work\" <> 'Idle'");
        return left / watch.Elapsed.TotalSeconds;
    }

    private static Task<long> ReadyAsync(Rig rig) => rig.CountAsync("\"ReadyAt\" IS NOT NULL");
}
