namespace Pipeline.Bench.Imaging.Speed;

/// <summary>Gives every peer the same photo in turn, round after round.</summary>
/// <param name="peers">All peers.</param>
/// <param name="rounds">Turns of each peer with each photo.</param>
/// <param name="warmUp">Turns before the first photo that do not count.</param>
internal sealed class SpeedRun(IReadOnlyList<PeerProcess> peers, int rounds, int warmUp)
{
    /// <summary>
    /// Warm-up turns: the first ones include compilation, page faults and the floor's preparation. .NET recompiles code after thirty
    /// calls, and much code is called once per image.
    /// </summary>
    public const int WarmUp = 40;

    /// <summary>For the photos after the first one.</summary>
    private const int WarmUpAgain = 2;

    private static readonly int Cores = Environment.ProcessorCount;

    private bool _warm;

    // Each takes several images, so there are fewer of them.
    private int BusyRounds => Math.Max(2, rounds / 2);

    /// <summary>One image in work.</summary>
    public async Task<IReadOnlyDictionary<Peer, IReadOnlyList<OwnerTurn>>> AloneAsync(Photo photo)
    {
        _ = await TurnsAsync(_warm ? WarmUpAgain : warmUp, peer => peer.RunAsync(photo, times: 1, inFlight: 1));
        _warm = true;
        return await TurnsAsync(rounds, peer => peer.RunAsync(photo, times: 1, inFlight: 1));
    }

    /// <summary>The same images one after the other, and with one in work for each core.</summary>
    public async Task<IReadOnlyDictionary<Peer, IReadOnlyList<Pair>>> BusyAsync(Photo photo)
    {
        _ = await TurnsAsync(1, peer => peer.RunAsync(photo, Cores, Cores));
        return await TurnsAsync(BusyRounds, async peer => new Pair(await peer.RunAsync(photo, 2 * Cores, inFlight: 1), await peer.RunAsync(photo, 2 * Cores, Cores)));
    }

    private async Task<IReadOnlyDictionary<Peer, IReadOnlyList<T>>> TurnsAsync<T>(int count, Func<PeerProcess, Task<T>> turn)
    {
        var turns = peers.ToDictionary(peer => peer.Peer, _ => new List<T>());
        for (var round = 0; round < count; round++)

            // A different peer begins each time, so that no peer always follows the same one.
            for (var i = 0; i < peers.Count; i++)
            {
                var peer = peers[(i + round) % peers.Count];
                turns[peer.Peer].Add(await turn(peer));
            }

        return turns.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<T>)entry.Value);
    }
}
