using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging.Isolation;

/// <summary>The wall time and CPU time that one image may use, over all requests and all decoders that it is tried on.</summary>
internal sealed class ImageBudget(DecoderOptions options, ImageLimits limits, long fileBytes, CpuPressure pressure, TimeProvider time)
{
    // A decoder enforces the same limit and reports it itself. The grace period is for a decoder that hangs and no longer can.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _wall = TimeSpan.FromSeconds(limits.MaxSeconds);
    private TimeSpan _cpu = CpuFor(options, fileBytes, weight: 1);
    private readonly TimeSpan? _stalledBefore = pressure.Stalled;
    private TimeSpan _wallSpent;
    private TimeSpan _cpuSpent;

    /// <summary>Remaining CPU time.</summary>
    public TimeSpan Cpu => _cpu - _cpuSpent;

    /// <summary>
    /// The time went by without work: the decoder got less than half of the CPU time that it could have used, and for half of the time tasks
    /// of this machine waited for a core. Then the machine is at fault, not the file.
    /// </summary>
    public bool IsStarved =>
        _cpuSpent < Min(_cpu, _wall) / 2 && pressure.Stalled - _stalledBefore is { } stalled && stalled >= _wall / 2;

    /// <summary>Raises the CPU budget for profiles that need more work per file than the built-in ones.</summary>
    public void Grow(Profile profile) => _cpu = CpuFor(options, fileBytes, ProcessingCost.WeightOf(profile));

    /// <summary>Sends a request to a decoder, limited by the remaining budget, and deducts the time used.</summary>
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
            _wallSpent = Min(_wall, _wallSpent + elapsed);

            // A process that died by itself reports no CPU time; wall time is close, as a decoder hardly uses more than one core.
            _cpuSpent += before is not null && child.CpuTime is { } after ? after - before.Value : elapsed;
        }
    }

    private static TimeSpan CpuFor(DecoderOptions options, long fileBytes, double weight) => Min(
        TimeSpan.FromSeconds(options.CpuSeconds),
        TimeSpan.FromSeconds(options.CpuSecondsPerMegabyte * weight * ProcessingCost.Megabytes(fileBytes)));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
