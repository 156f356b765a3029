using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <summary>What so many clients got through.</summary>
/// <param name="Clients">Each presigns, puts and confirms without a pause.</param>
/// <param name="Uploads">A second.</param>
/// <param name="Ready">Assets that became ready meanwhile, a second.</param>
/// <param name="Presign">How long the API took for it.</param>
/// <param name="Confirm">How long the API took for it.</param>
internal sealed record TrafficStep(int Clients, double Uploads, double Ready, Times Presign, Times Confirm);

/// <param name="Processors">Of this run; with none, the API is alone with its traffic.</param>
/// <param name="Steps">With ever more clients.</param>
/// <param name="Drain">Assets a second once nobody uploads any more, from what had piled up.</param>
/// <param name="ApiCpu">CPU seconds of the API for each upload, over the whole run.</param>
internal sealed record TrafficFigures(int Processors, IReadOnlyList<TrafficStep> Steps, double Drain, double ApiCpu)
{
    /// <summary>Assets a second while uploads keep coming: the best step.</summary>
    public double Sustained => Steps.Max(step => step.Ready);
}

/// <summary>Ramps full uploads up, and then lets what has piled up be worked off.</summary>
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
