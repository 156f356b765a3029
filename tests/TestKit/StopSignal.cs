using System.Runtime.InteropServices;

namespace Pipeline.TestKit;

/// <summary>Ctrl-C and SIGTERM as a token: the runner then ends cleanly and stops the servers that it has started, which would otherwise keep running.</summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupted;
    private readonly PosixSignalRegistration _terminated;

    public StopSignal() => (_interrupted, _terminated) =
        (PosixSignalRegistration.Create(PosixSignal.SIGINT, Raise), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Raise));

    public CancellationToken Token => _stop.Token;

    public bool IsRaised => _stop.IsCancellationRequested;

    public void Dispose()
    {
        _interrupted.Dispose();
        _terminated.Dispose();
        _stop.Dispose();
    }

    private void Raise(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop.Cancel();
    }
}
