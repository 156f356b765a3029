namespace Pipeline.Processor.Processing;

/// <summary>How long each step of an asset took, for its line in the log.</summary>
internal sealed class StepTimes(TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private readonly List<(string Step, long Begun)> _steps = [];

    /// <summary>Ends the step before.</summary>
    public void Begin(string step) => _steps.Add((step, time.GetTimestamp()));

    /// <summary>In milliseconds, in all.</summary>
    public long Total => Milliseconds(_begun, time.GetTimestamp());

    /// <summary>Such as <c>fetch 3, scan 12, open 5, render 240</c>, in milliseconds.</summary>
    public override string ToString()
    {
        var ends = _steps.Skip(1).Select(next => next.Begun).Append(time.GetTimestamp());
        return string.Join(", ", _steps.Zip(ends, (step, end) => $"{step.Step} {Milliseconds(step.Begun, end)}"));
    }

    private long Milliseconds(long from, long to) => (long)time.GetElapsedTime(from, to).TotalMilliseconds;
}
