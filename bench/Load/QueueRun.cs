using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <summary>The effect of a mass reprocess on uploads made meanwhile.</summary>
/// <param name="Queue">Requests to reprocess.</param>
/// <param name="Asked">How many of them the API accepted per second.</param>
/// <param name="Dispatched">How many of them were published per second, when all were due at once.</param>
/// <param name="IdleConfirm">Before the queue was filled, without other work.</param>
/// <param name="QueuedConfirm">While the queue held all of them.</param>
/// <param name="IdleWait">From confirm to ready, one after the other, with idle workers.</param>
/// <param name="BusyWait">The same during the reprocess.</param>
/// <param name="Left">Requests left at the end.</param>
internal sealed record QueueFigures(
    int Queue, double Asked, double Dispatched, Times IdleConfirm, Times QueuedConfirm, Times IdleWait, Times BusyWait, long Left);

/// <summary>Fills the queue of reprocessings through the API and times uploads before, during and after.</summary>
internal static class QueueRun
{
    private const int Confirms = 300;
    private const int Clients = 4;
    private const int WarmUp = 30;

    // Idle and busy in turn, so that other work on the machine affects both.
    private const int Rounds = 7;
    private const int UploadsInRound = 5;
    private const string Reprocessings = "\"Work\" <> 'Idle' AND NOT \"IsAwaited\"";

    public static async Task<QueueFigures> MeasureAsync(PhotoDeck photos, int queue)
    {
        await using var rig = await Rig.StartAsync(processors: 1);
        using var user = rig.NewUser();
        var template = (await UploadAndWaitAsync(rig, user, photos)).Id;
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

        await rig.ForgetAsync();
        await rig.AddProcessorAsync();
        for (var i = 0; i < WarmUp; i++) await UploadAndWaitAsync(rig, user, photos);
        var (idleWait, busyWait, dispatched) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<double>());
        var left = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            await PersonAsync(rig, user, photos, idleWait);
            dispatched.Add(await DispatchAsync(rig));
            await PersonAsync(rig, user, photos, busyWait);
            left = await rig.CountAsync(Reprocessings);
            await rig.ForgetAsync();
        }

        await rig.CheckAsync();
        return new QueueFigures(
            queue, asked, dispatched.Order().ElementAt(Rounds / 2), idleConfirm, queuedConfirm, new Times(idleWait), new Times(busyWait), left);
    }

    // No worker processes these, so any small file works.
    private static async Task<Times> ConfirmsAsync(LoadUser user)
    {
        var put = await Crowd.TimesAsync(Clients, Confirms, () => user.PutAsync(new byte[1000]));
        return new Times(await Crowd.EachAsync(Clients, put, p => user.ConfirmAsync(p.Id)));
    }

    private static async Task PersonAsync(Rig rig, LoadUser user, PhotoDeck photos, List<TimeSpan> waits)
    {
        for (var i = 0; i < UploadsInRound; i++) waits.Add((await UploadAndWaitAsync(rig, user, photos)).Wait);
    }

    private static async Task<(Guid Id, TimeSpan Wait)> UploadAndWaitAsync(Rig rig, LoadUser user, PhotoDeck photos)
    {
        var (id, _) = await user.PutAsync(photos.Next());
        await user.ConfirmAsync(id);
        await rig.WaitAsync("it is ready", "\"Id\" = @id AND \"Status\" <> 'Ready'", ("id", id));
        return (id, await rig.Database.ReadAsync<TimeSpan>("SELECT \"ReadyAt\" - \"ConfirmedAt\" FROM assets WHERE \"Id\" = @id", ("id", id)));
    }

    // Creates the wanted number of ready assets without as many uploads: all share the original of one, and each gets its own variants.
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

    // All are due at once, and all are published before the uploads begin.
    private static async Task<double> DispatchAsync(Rig rig)
    {
        var due = await rig.Database.RunAsync(
            "UPDATE assets SET \"Work\" = 'Queued', \"Revision\" = \"Revision\" + 1, \"Attempt\" = 1, \"DispatchAt\" = now(), \"LastHeardAt\" = NULL WHERE \"IncomingKey\" = ''");
        var watch = Stopwatch.StartNew();
        await rig.WaitAsync("all are with the bus", "\"DispatchAt\" IS NOT NULL");
        return due / watch.Elapsed.TotalSeconds;
    }
}
