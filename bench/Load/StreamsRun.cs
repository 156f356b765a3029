using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <param name="Streams">Open streams.</param>
/// <param name="Seconds">From the first to the last that opened.</param>
/// <param name="EarlyMemory">Bytes of the API a fifth of the time after the last stream opened.</param>
/// <param name="LateMemory">The same at the end.</param>
/// <param name="ConnectionsBefore">The API's connections to the database without streams.</param>
/// <param name="ConnectionsAfter">The same with all streams.</param>
/// <param name="ConfirmsBefore">Confirms per second without streams.</param>
/// <param name="ConfirmsAfter">The same with all streams, at the end.</param>
/// <param name="Messages">Messages that the streams got.</param>
internal sealed record StreamFigures(
    int Streams, double Seconds, long EarlyMemory, long LateMemory, long ConnectionsBefore, long ConnectionsAfter, double ConfirmsBefore, double ConfirmsAfter, long Messages);

/// <summary>Many people who watch their uploads live: what their streams cost the API.</summary>
internal static class StreamsRun
{
    private const int StreamsPerUser = 20;
    private const int Uploaders = 10;
    private const int Clients = 8;
    private const int Confirms = 400;

    // Between two rounds of uploads, so that the streams always have something to tell.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task<StreamFigures> MeasureAsync(PhotoDeck photos, int count, TimeSpan time)
    {
        await using var rig = await Rig.StartAsync(processors: 0);
        var users = Enumerable.Range(0, Math.Max(1, count / StreamsPerUser)).Select(i => $"watcher-{i}").ToList();
        var uploaders = users.Take(Uploaders).Select(rig.NewUser).ToList();
        await ConfirmsAsync(uploaders, photos, Confirms / 4);
        var confirmsBefore = await ConfirmsAsync(uploaders, photos, Confirms);
        var connectionsBefore = await ConnectionsAsync(rig);

        var watch = Stopwatch.StartNew();
        await using var audience = new Audience();
        await Crowd.EachAsync(Clients, Enumerable.Range(0, count), async i =>
        {
            await audience.OpenAsync(rig.ApiAddress, rig.TokenOf(users[i / StreamsPerUser % users.Count]));
            return i;
        });
        var (opened, connectionsAfter) = (watch.Elapsed, await ConnectionsAsync(rig));

        watch.Restart();
        long? early = null;
        while (watch.Elapsed < time)
        {
            await ConfirmsAsync(uploaders, photos, Uploaders);
            if (watch.Elapsed >= time / 5) early ??= ProcessUsage.Of(rig.ApiProcess).Memory;
            await Task.Delay(Pause);
        }

        var late = ProcessUsage.Of(rig.ApiProcess).Memory;
        var confirmsAfter = await ConfirmsAsync(uploaders, photos, Confirms);
        if (audience.Lost > 0) throw new BenchException($"{audience.Lost} streams ended by themselves.");
        foreach (var uploader in uploaders) uploader.Dispose();
        return new StreamFigures(count, opened.TotalSeconds, early ?? late, late, connectionsBefore, connectionsAfter, confirmsBefore, confirmsAfter, audience.Messages);
    }

    /// <summary>Uploads first, so that only confirms are measured.</summary>
    private static async Task<double> ConfirmsAsync(List<LoadUser> users, PhotoDeck photos, int count)
    {
        var uploads = await Crowd.EachAsync(Clients, Enumerable.Range(0, count), async i => (User: users[i % users.Count], (await users[i % users.Count].PutAsync(photos.Next())).Id));
        var watch = Stopwatch.StartNew();
        await Crowd.EachAsync(Clients, uploads, upload => upload.User.ConfirmAsync(upload.Id));
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<long> ConnectionsAsync(Rig rig) => await rig.Database.ReadAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
}
