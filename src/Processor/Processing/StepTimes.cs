namespace Pipeline.Processor.Processing;

/// <summary>Durations of an asset's processing steps, for its log line.</summary>
internal sealed class StepTimes(TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private readonly List<(string Step, long Begun)> _steps = [];

    /// <summary>Starts a step and ends the previous one.</summary>
    public void Begin(string step) => _steps.Add((step, time.GetTimestamp()));

    /// <summary>Total duration in milliseconds.</summary>
    public long Total => Milliseconds(_begun, time.GetTimestamp());

    /// <summary>For example <c>fetch 3, scan 12, open 5, render 240</c>, in milliseconds.</summary>
    public override string ToString()
    {
        var ends = _steps.Skip(1).Select(next => next.Begun).Append(time.GetTimestamp());
        return string.Join(", ", _steps.Zip(ends, (step, end) => $"{step.Step} {Milliseconds(step.Begun, end)}"));
    }

    private long Milliseconds(long from, long to) => (long)time.GetElapsedTime(from, to).TotalMilliseconds;
}
