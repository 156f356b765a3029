namespace Pipeline.Bench.Imaging.Speed;

/// <summary>The turns of one peer with one photo.</summary>
/// <param name="Alone">One image at a time.</param>
/// <param name="Pairs">Several images, one at a time and then one for each core.</param>
internal sealed record PeerSpeed(IReadOnlyList<OwnerTurn> Alone, IReadOnlyList<Pair> Pairs)
{
    public Series Cpu => Series.Of(Alone.Select(turn => turn.Cpu));

    public Series Latency => Series.Of(Alone.Select(turn => turn.Wall));

    public Series Wall => Series.Of(Pairs.Select(pair => pair.Busy.Wall));

    public double Memory => Alone.Max(turn => turn.Memory);

    /// <summary>Throughput with one image in work per core ÷ throughput with one image in work.</summary>
    public double Throughput => Series.Of(Pairs.Select(pair => pair.Queue.Wall / pair.Busy.Wall)).Median;
}

/// <summary>The same images twice.</summary>
/// <param name="Queue">One after the other.</param>
/// <param name="Busy">With one in work per core.</param>
internal sealed record Pair(OwnerTurn Queue, OwnerTurn Busy);

/// <summary>All peers with one photo.</summary>
internal sealed record PhotoSpeed(Photo Photo, IReadOnlyDictionary<Peer, PeerSpeed> Peers);

/// <summary>Repeated measurements of the same value.</summary>
/// <param name="Median">The median.</param>
/// <param name="Spread">Half of the interquartile range, as a fraction of the median.</param>
internal sealed record Series(double Median, double Spread)
{
    public static Series Of(IEnumerable<double> figures)
    {
        var ordered = figures.Order().ToList();
        var median = At(ordered, 0.5);
        return new Series(median, (At(ordered, 0.75) - At(ordered, 0.25)) / 2 / median);
    }

    public override string ToString() => $"{Median:0} ± {Spread * 100:0.0} %";

    private static double At(List<double> ordered, double share)
    {
        var place = share * (ordered.Count - 1);
        var below = (int)place;
        return ordered[below] + ((ordered[Math.Min(below + 1, ordered.Count - 1)] - ordered[below]) * (place - below));
    }
}
