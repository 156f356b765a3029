namespace Pipeline.Bench.Imaging.Speed;

/// <summary>One peer compared with another, over all photos; below 1 the first is better.</summary>
/// <param name="Cpu">CPU time with one image at a time.</param>
/// <param name="Wall">Time per image with one in work per core.</param>
/// <param name="Latency">Time of a single image.</param>
/// <param name="Memory">Peak with one image at a time.</param>
internal sealed record Ratios(double Cpu, double Wall, double Latency, double Memory)
{
    public static Ratios Of(Peer one, Peer other, IReadOnlyList<PhotoSpeed> photos) => new(
        Mean(photos, photo => Paired(photo.Peers[one].Alone, photo.Peers[other].Alone, turn => turn.Cpu)),
        Mean(photos, photo => Paired(photo.Peers[one].Pairs, photo.Peers[other].Pairs, pair => pair.Busy.Wall)),
        Mean(photos, photo => Paired(photo.Peers[one].Alone, photo.Peers[other].Alone, turn => turn.Wall)),
        Mean(photos, photo => photo.Peers[one].Memory / photo.Peers[other].Memory));

    // Each round gives its own ratio, because a slow phase of the machine affects both.
    private static double Paired<T>(IReadOnlyList<T> ones, IReadOnlyList<T> others, Func<T, double> figure) =>
        Series.Of(ones.Zip(others, (one, other) => figure(one) / figure(other))).Median;

    // Geometric mean, so that every photo has the same weight.
    private static double Mean(IReadOnlyList<PhotoSpeed> photos, Func<PhotoSpeed, double> ratio) =>
        Math.Exp(photos.Average(photo => Math.Log(ratio(photo))));
}
