using System.Threading.Channels;

namespace Pipeline.Assets.Jobs;

/// <summary>Signals a loop that something is due now. Only a hint: the loop also runs at intervals.</summary>
public class WakeSignal
{
    // One waiting hint is enough: a run handles all rows that are due.
    private readonly Channel<bool> _hints =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _hints.Writer.TryWrite(true);

    /// <summary>Returns after a signal, or after this time without one.</summary>
    /// <returns>Whether there was a signal.</returns>
    internal async Task<bool> WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _hints.Reader.ReadAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>Signals a sweep. Only a hint: the timer also runs the sweep after a lost signal.</summary>
public sealed class SweepSignal<TSweep> : WakeSignal
    where TSweep : ISweep;
