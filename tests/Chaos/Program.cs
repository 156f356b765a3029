using System.Runtime.InteropServices;
using Pipeline.Chaos;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
// Else the hosts that were started would live on without us.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var report = new Report();
var chosen = All.Scenarios
    .Where(s => s.IsShort || !arguments.Short)
    .Where(s => arguments.Only.Count == 0 || arguments.Only.Any(s.Name.Contains))
    .ToArray();
foreach (var scenario in chosen)
{
    if (stop.IsCancellationRequested) break;
    await report.RunAsync(scenario, new Scale(arguments.Scale), stop.Token);
}

report.Print();
return report.Failed == 0 && report.Passed > 0 && !stop.IsCancellationRequested ? 0 : 1;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
