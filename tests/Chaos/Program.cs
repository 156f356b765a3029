using Pipeline.Chaos;
using Pipeline.TestKit;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var stop = new StopSignal();

var report = new Report();
var chosen = All.Scenarios
    .Where(s => s.IsShort || !arguments.Short)
    .Where(s => arguments.Only.Count == 0 || arguments.Only.Any(s.Name.Contains))
    .ToArray();
foreach (var scenario in chosen)
{
    if (stop.IsRaised) break;
    await report.RunAsync(scenario, new Scale(arguments.Scale), stop.Token);
}

report.Print();
return report.Failed == 0 && report.Passed > 0 && !stop.IsRaised ? 0 : 1;
