namespace Pipeline.Bench.Imaging.Speed;

/// <summary>Gives every peer the same photo in turn, round after round.</summary>
internal sealed class SpeedRun(IReadOnlyList<PeerProcess> peers, int rounds)
{
    /// <summary>Turns that nobody counts: the first ones pay for a compiler, for pages and for the floor's preparation.</summary>
    private const int WarmUp = 8;

    /// <summary>For the photos after the first one.</summary>
    private const int WarmUpAgain = 2;

    private static readonly int Cores = Environment.ProcessorCount;

    private bool _warm;

    // They take several images each, so there are fewer of them.
    private int BusyRounds => Math.Max(2, rounds / 2);

    public async Task<PhotoSpeed> MeasureAsync(Photo photo)
    {
        _ = await TurnsAsync(_warm ? WarmUpAgain : WarmUp, peer => peer.RunAsync(photo, times: 1, inFlight: 1));
        _warm = true;
        var alone = await TurnsAsync(rounds, peer => peer.RunAsync(photo, times: 1, inFlight: 1));
        _ = await TurnsAsync(1, peer => peer.RunAsync(photo, Cores, Cores));
        var pairs = await TurnsAsync(BusyRounds, async peer =>
            (Queue: await peer.RunAsync(photo, 2 * Cores, inFlight: 1), Busy: await peer.RunAsync(photo, 2 * Cores, Cores)));
        return new PhotoSpeed(photo, peers.ToDictionary(peer => peer.Peer, peer => new PeerSpeed(
            alone[peer], [.. pairs[peer].Select(pair => pair.Queue)], [.. pairs[peer].Select(pair => pair.Busy)])));
    }

    private async Task<Dictionary<PeerProcess, List<T>>> TurnsAsync<T>(int count, Func<PeerProcess, Task<T>> turn)
    {
        var turns = peers.ToDictionary(peer => peer, _ => new List<T>());
        for (var round = 0; round < count; round++)

            // Another one begins each time, so that nobody always comes after the same one.
            for (var i = 0; i < peers.Count; i++)
            {
                var peer = peers[(i + round) % peers.Count];
                turns[peer].Add(await turn(peer));
            }

        return turns;
    }
}
