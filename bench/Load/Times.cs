namespace Pipeline.Bench.Load;

/// <summary>Durations of repeated operations.</summary>
internal sealed class Times(IEnumerable<TimeSpan> times)
{
    private readonly List<TimeSpan> _sorted = [.. times.Order()];

    public int Count => _sorted.Count;

    public double Mean => _sorted.Count == 0 ? 0 : _sorted.Average(time => time.TotalMilliseconds);

    public double P50 => Milliseconds(0.5);

    public double P95 => Milliseconds(0.95);

    public double P99 => Milliseconds(0.99);

    public double Worst => Milliseconds(1);

    private double Milliseconds(double share) => _sorted.Count == 0 ? 0 : _sorted[Math.Max(0, (int)Math.Ceiling(_sorted.Count * share) - 1)].TotalMilliseconds;
}
