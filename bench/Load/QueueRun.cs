using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <summary>What a mass reprocess does to people who upload meanwhile.</summary>
/// <param name="Queue">Requests to reprocess.</param>
/// <param name="Asked">How many of them the API took a second.</param>
/// <param name="Dispatched">How many of them reached the bus a second, where all were due at once.</param>
/// <param name="IdleConfirm">Before the queue was filled, nothing else going on.</param>
/// <param name="QueuedConfirm">While it held all of them.</param>
/// <param name="IdleWait">From confirm to ready, one after the other, with idle workers.</param>
/// <param name="BusyWait">The same during the reprocess.</param>
/// <param name="Left">Requests that were still to do at the end.</param>
internal sealed record QueueFigures(
    int Queue, double Asked, double Dispatched, Times IdleConfirm, Times QueuedConfirm, Times IdleWait, Times BusyWait, long Left);

/// <summary>Fills the queue of reprocessings through the API and looks at people's uploads before, during and after.</summary>
internal static class QueueRun
{
    private const int Confirms = 300;
    private const int Clients = 4;
    private const int PeoplesUploads = 21;
    private const string Reprocessings = "\"Work\" <> 'Idle' AND NOT \"IsAwaited\"";

    public static async Task<QueueFigures> MeasureAsync(PhotoDeck photos, int queue)
    {
        await using var rig = await Rig.StartAsync(processors: 1);
        using var user = rig.NewUser();
        var template = (await UploadAndWaitAsync(rig, user, photos.Next())).Id;
        await WarmUpAsync(rig, user, photos);
        var idleWait = await PersonAsync(rig, user, photos);
        await rig.StopProcessorsAsync();

        await ConfirmsAsync(user); // warms the API up
        var idleConfirm = await ConfirmsAsync(user);
        var copies = await CopyAsync(rig, template, queue);
        var watch = Stopwatch.StartNew();
        await Crowd.EachAsync(Clients, copies, async id =>
        {
            await user.ReprocessAsync(id);
            return id;
        });
        var asked = queue / watch.Elapsed.TotalSeconds;
        await rig.WaitAsync("all are with the bus", "\"DispatchAt\" IS NOT NULL");
        var queuedConfirm = await ConfirmsAsync(user);

        await rig.ForgetUploadsAsync();
        await rig.AddProcessorAsync();
        await WarmUpAsync(rig, user, photos);
        var busyWait = await PersonAsync(rig, user, photos);
        await rig.CheckAsync();
        var left = await rig.CountAsync(Reprocessings);
        await rig.StopProcessorsAsync();
        return new QueueFigures(queue, asked, await DispatchAsync(rig), idleConfirm, queuedConfirm, idleWait, busyWait, left);
    }

    // No worker looks at these, so anything small will do.
    private static async Task<Times> ConfirmsAsync(LoadUser user)
    {
        var put = await Crowd.TimesAsync(Clients, Confirms, () => user.PutAsync(new byte[1000]));
        return new Times(await Crowd.EachAsync(Clients, put, p => user.ConfirmAsync(p.Id)));
    }

    private static async Task WarmUpAsync(Rig rig, LoadUser user, PhotoDeck photos) => await PersonAsync(rig, user, photos);

    private static async Task<Times> PersonAsync(Rig rig, LoadUser user, PhotoDeck photos)
    {
        var waits = new List<TimeSpan>();
        for (var i = 0; i < PeoplesUploads; i++) waits.Add((await UploadAndWaitAsync(rig, user, photos.Next())).Wait);
        return new Times(waits);
    }

    private static async Task<(Guid Id, TimeSpan Wait)> UploadAndWaitAsync(Rig rig, LoadUser user, byte[] photo)
    {
        var (id, _) = await user.PutAsync(photo);
        await user.ConfirmAsync(id);
        await rig.WaitAsync("it is ready", "\"Id\" = @id AND \"Status\" <> 'Ready'", ("id", id));
        return (id, await rig.Database.ReadAsync<TimeSpan>("SELECT \"ReadyAt\" - \"ConfirmedAt\" FROM assets WHERE \"Id\" = @id", ("id", id)));
    }

    // As many ready assets as are wanted, without as many uploads: all are made of the original of one, and each gets variants of its own.
    private static async Task<List<Guid>> CopyAsync(Rig rig, Guid template, int count)
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToList();
        var others = await rig.Database.ReadAsync<string>(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns WHERE table_name = 'assets' AND column_name NOT IN ('Id', 'IncomingKey', 'TidyAt')");
        await rig.Database.RunAsync(
            $"""
            INSERT INTO assets ("Id", "IncomingKey", {others})
            SELECT copy, '', {others} FROM assets, unnest(@copies) AS copy WHERE "Id" = @template
            """,
            ("copies", ids.ToArray()),
            ("template", template));
        return ids;
    }

    // The bus gets all of them once more, as after a broker that has lost everything.
    private static async Task<double> DispatchAsync(Rig rig)
    {
        var due = await rig.Database.RunAsync("UPDATE assets SET \"Work\" = 'Queued', \"DispatchAt\" = now(), \"NewsAt\" = NULL WHERE NOT \"IsAwaited\" AND \"Revision\" > 1");
        var watch = Stopwatch.StartNew();
        await rig.WaitAsync("all are with the bus", "\"DispatchAt\" IS NOT NULL");
        return due / watch.Elapsed.TotalSeconds;
    }
}
