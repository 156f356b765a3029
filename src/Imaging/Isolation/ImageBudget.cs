using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging.Isolation;

/// <summary>The time and the CPU time that one image may take: over all questions, and over all decoders that it is tried on.</summary>
internal sealed class ImageBudget(DecoderOptions options, ImageLimits limits, long fileBytes, TimeProvider time)
{
    // The decoder has the same limit and tells it by itself; this is for one that does not come to it any more.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _wall = TimeSpan.FromSeconds(limits.MaxSeconds);
    private TimeSpan _cpu = CpuFor(options, fileBytes, weight: 1);
    private TimeSpan _wallSpent;
    private TimeSpan _cpuSpent;

    /// <summary>CPU time that is left.</summary>
    public TimeSpan Cpu => _cpu - _cpuSpent;

    /// <summary>Some profiles want more work of the same file than the built-in ones.</summary>
    public void Grow(Profile profile) => _cpu = CpuFor(options, fileBytes, ProcessingCost.WeightOf(profile));

    /// <summary>Asks a decoder, which has what is left.</summary>
    public async Task<DecoderAnswer> SpendAsync(DecoderChild child, DecoderRequest request, CancellationToken cancellationToken)
    {
        var (started, before) = (time.GetTimestamp(), child.CpuTime);
        try
        {
            return await child.AskAsync(request, _wall - _wallSpent + Grace, Cpu, cancellationToken);
        }
        finally
        {
            var elapsed = time.GetElapsedTime(started);
            _wallSpent = Least(_wall, _wallSpent + elapsed);

            // A dead process reports no CPU time; wall time is close, as a decoder hardly uses more than one core.
            _cpuSpent += before is not null && child.CpuTime is { } after ? after - before.Value : elapsed;
        }
    }

    private static TimeSpan CpuFor(DecoderOptions options, long fileBytes, double weight) => Least(
        TimeSpan.FromSeconds(options.CpuSeconds),
        TimeSpan.FromSeconds(options.CpuSecondsPerMegabyte * weight * ProcessingCost.Megabytes(fileBytes)));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
