using System.Runtime.InteropServices;

namespace Pipeline.Cli;

/// <summary>Turns the first Ctrl-C or TERM into cancellation; the second one ends the process as usual.</summary>
sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCode.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 128 + 15)),
    ];

    public CancellationToken Token => _stop.Token;

    public int ExitStatus { get; private set; } = ExitCode.Interrupted;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context, int exitStatus)
    {
        if (_stop.IsCancellationRequested) return;
        context.Cancel = true;
        ExitStatus = exitStatus;
        _stop.Cancel();
    }
}
