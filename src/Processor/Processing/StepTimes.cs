using System.Diagnostics;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Processor.Processing;

/// <summary>Durations of an asset's processing steps, for its log line.</summary>
/// <param name="time">The clock.</param>
/// <param name="begins">Called with each step that begins.</param>
internal sealed class StepTimes(TimeProvider time, Action<string> begins)
{
    private readonly long _begun = time.GetTimestamp();
    private readonly List<(string Step, long Begun)> _steps = [];

    // Kept, because the steps begin in several methods, and each of them has a current span of its own.
    private readonly Activity? _parent = Activity.Current;
    private Activity? _span;
    private bool _running;

    /// <summary>Starts a step and ends the previous one.</summary>
    public void Begin(string step)
    {
        End();
        _steps.Add((step, time.GetTimestamp()));
        _running = true;
        _span = WorkTrace.StartStep(step, _parent);
        begins(step);
    }

    /// <summary>Ends the current step.</summary>
    public void End()
    {
        if (!_running) return;
        _running = false;
        _span?.Dispose();
        ProcessingMetrics.Step(_steps[^1].Step, time.GetElapsedTime(_steps[^1].Begun));
    }

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
