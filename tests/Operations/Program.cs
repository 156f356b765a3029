using Pipeline.Operations;
using Pipeline.Operations.Alerts;
using Pipeline.Operations.Drill;
using Pipeline.Operations.Upgrade;
using Pipeline.TestKit;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var stop = new StopSignal();
var checks = new Checks();
try
{
    switch (arguments.Part)
    {
        case "drill":
            var drill = new DrillRun(checks, TimeSpan.FromSeconds(arguments.Seconds), stop.Token);
            if (arguments.Wants("archive")) await drill.ByArchiveAsync();
            if (arguments.Wants("dump")) await drill.ByDumpAsync();
            break;
        case "upgrade":
            if (arguments.Wants("roll")) await new RollingRun(checks, arguments.Old!, arguments.Confirms, stop.Token).RunAsync();
            if (arguments.Wants("migrate")) await new MigrationRun(checks, arguments.Old, arguments.Rows, stop.Token).RunAsync();
            break;
        case "alerts":
            await new AlertsRun(checks, TimeSpan.FromMinutes(arguments.Minutes), stop.Token).RunAsync();
            break;
    }
}
catch (OperationCanceledException) when (stop.IsRaised)
{
    Console.Error.WriteLine("interrupted");
    return 2;
}
catch (Exception e)
{
    checks.That(holds: false, $"the run goes to its end: {e.GetType().Name}: {e.Message}");
    Console.Error.WriteLine(e);
}

checks.Print();
return checks.Hold ? 0 : 1;
