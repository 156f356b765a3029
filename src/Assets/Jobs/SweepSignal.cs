using System.Threading.Channels;

namespace Pipeline.Assets.Jobs;

/// <summary>Signals a sweep that something is due now. Only a hint: the timer also runs the sweep after a lost signal.</summary>
public sealed class SweepSignal<TSweep>
    where TSweep : ISweep
{
    // One waiting hint is enough: a run handles all rows that are due.
    private readonly Channel<bool> _hints =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _hints.Writer.TryWrite(true);

    internal async Task WaitAsync(CancellationToken cancellationToken) => await _hints.Reader.ReadAsync(cancellationToken);
}
