using System.Collections.Concurrent;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Bench.Load;

/// <summary>How an account that sends the worst files without a pause delays another account's photo.</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Idle">From confirm to ready, without other work.</param>
/// <param name="Loaded">The same while the other account sends.</param>
/// <param name="Ends">Outcomes of the flood's files, with their number.</param>
internal sealed record FairFigures(string Server, Times Idle, Times Loaded, IReadOnlyDictionary<string, int> Ends);

/// <summary>An account sends photos one by one, alone and during a flood in turn, so that other work on the machine affects both.</summary>
internal static class FairRun
{
    private const int WarmUp = 8;
    private const int Rounds = 4;

    /// <summary>Unfinished files of the flood at any time.</summary>
    private const int Unfinished = 16;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    // Polling by the attacker must not slow the API down.
    private static readonly TimeSpan PersonLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AttackerLooks = TimeSpan.FromSeconds(1);

    /// <summary>One of each kind that takes most in <c>./bench.sh cost</c> among the accepted files.</summary>
    private static IEnumerable<(string Type, byte[] Bytes)> Worst() =>
    [
        ("png", new PngBuilder(2_048, 6_000) { NoisyRows = 5 }.Build()),
        ("png", new PngBuilder(10_000, 10_000, interlaced: true).Build()),
        ("gif", GifBuilder.Patterns(2040, 2040, 24, 12)),
        ("png", new PngBuilder(2_048, 16_383).Build()),
    ];

    /// <param name="photos">Number of photos in each round, alone and during the flood.</param>
    public static async Task<List<FairFigures>> MeasureAsync(int photos)
    {
        var figures = new List<FairFigures>();
        await using (var embedded = await EmbeddedServer.StartAsync()) figures.Add(await MeasureAsync("embedded", embedded.NewUser, photos));
        await using (var rig = await Rig.StartAsync(processors: 1, shares: true)) figures.Add(await MeasureAsync("two hosts", rig.NewUser, photos));
        return figures;
    }

    private static async Task<FairFigures> MeasureAsync(string server, Func<LoadUser> newUser, int count)
    {
        using var made = new Photos();
        var photo = await File.ReadAllBytesAsync(made.Photo("photo.jpg", 4032, 3024, "-quality", "85"));
        var flood = new Queue<(string Type, byte[] Bytes)>(Worst());
        var (idle, loaded, ends) = (new List<TimeSpan>(), new List<TimeSpan>(), new ConcurrentDictionary<string, int>(StringComparer.Ordinal));
        using var person = newUser();
        using var attacker = newUser();

        // Three at once, so that each decoder has started and compiled its code.
        await Task.WhenAll(SendAsync(person, WarmUp, []), SendAsync(attacker, WarmUp, []), SendAsync(attacker, WarmUp, []));
        for (var round = 0; round < Rounds; round++)
        {
            await SendAsync(person, count, idle);
            using var end = new CancellationTokenSource();
            var confirmed = 0;
            var sending = Task.WhenAll(Enumerable.Range(0, Unfinished).Select(_ => FloodAsync(end.Token, () => Interlocked.Increment(ref confirmed))));
            await Eventually.True(() => Volatile.Read(ref confirmed) >= Unfinished, "the flood has begun", Timeout);
            await SendAsync(person, count, loaded);
            await end.CancelAsync();
            await sending;
        }

        return new FairFigures(server, new Times(idle), new Times(loaded), ends);

        async Task SendAsync(LoadUser user, int times, List<TimeSpan> waits)
        {
            for (var i = 0; i < times; i++)
            {
                var (id, _) = await user.PutAsync(photo);
                await user.ConfirmAsync(id);
                var (status, wait) = await user.EndAsync(id, PersonLooks);
                waits.Add(wait ?? throw new BenchException($"A good photo ended as {status}."));
            }
        }

        async Task FloodAsync(CancellationToken end, Action confirmed)
        {
            while (!end.IsCancellationRequested)
            {
                (string Type, byte[] Bytes) file;
                lock (flood) flood.Enqueue(file = flood.Dequeue());
                var (id, _) = await attacker.PutAsync(file.Bytes, file.Type);
                await attacker.ConfirmAsync(id);
                confirmed();
                var (status, _) = await attacker.EndAsync(id, AttackerLooks);
                ends.AddOrUpdate(status, 1, (_, n) => n + 1);
            }
        }
    }
}
