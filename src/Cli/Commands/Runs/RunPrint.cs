using System.Globalization;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands.Runs;

/// <summary>Shows runs as text.</summary>
static class RunPrint
{
    private const string Assets = "assets";

    public static void Plan(ConsoleOutput output, RunInfo run)
    {
        if (run.Plan is not { } plan) return;
        output.Line($"Plan {run.Id}: {run.Kind}");
        output.Line($"  {Unit(run.Kind),-20}{Number(plan.Assets)}{Estimate(run.Kind, plan)}");
        output.Line($"  variants to render  {Number(plan.VariantsToRender)}");
        output.Line($"  variants to keep    {Number(plan.VariantsToKeep)}");
        output.Line($"  bytes               {Number(plan.Bytes)}");
        output.Line($"  requests            {Number(plan.Requests.ClassA)} of class A, {Number(plan.Requests.ClassB)} of class B");
        output.Line($"  CPU hours           {(plan.CpuHours is { } cpu ? Figure(cpu) : "unknown: set Rescan:CpuSecondsPerGigabyte of the server to what its scanner takes")}");
        output.Line($"  cost                {Dollars(plan.CostUsd.R2)} at R2, {Dollars(plan.CostUsd.S3)} at S3");
        output.Line($"  hours               {(plan.Hours is { } hours ? Figure(hours) : run.Kind == "rescan" ? "unknown: no rescan of this size has ended yet" : "unknown: no worker is up")}");
        output.Line($"  skipped             {By(plan.Skipped)}");
    }

    public static void Run(ConsoleOutput output, RunInfo run)
    {
        output.Line($"Run {run.Id}: {run.Kind}, {Progress(run)}");
        if (run.Reason is { } reason) output.Line($"  reason   {reason}");
        if ((run.PausedBecause ?? run.Because) is { } because) output.Line($"  because  {because}");
        if (run.Progress.Skipped > 0) output.Line($"  skipped  {By(run.Progress.SkippedBy)}");
        if (run.Progress.Held > 0) output.Line($"  held     {Number(run.Progress.Held)} hits: {Held(run)}");
        if (run.Progress.Found > 0) output.Line($"  found    {By(run.Progress.FoundBy)}");
        if (run.Progress.Failed > 0) output.Line($"  failed   {By(run.Progress.FailedBy)}");
    }

    /// <summary>The state and the counters on one line.</summary>
    public static string Progress(RunInfo run)
    {
        var p = run.Progress;
        var line = $"{run.State}: {Number(p.Done)} done, {Number(p.Skipped)} skipped, {Number(p.Failed)} failed of {Number(p.Planned)}, {Number(p.InFlight)} in flight";
        if (p.Found > 0) line += $", {Number(p.Found)} found";
        if (p.PerMinute > 0) line += $", {Figure(p.PerMinute)} a minute";
        if (p.EtaAt is { } eta) line += $", ends about {eta.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";
        return run.WaitingFor is { } why ? $"{line}, waits for {why}" : line;
    }

    private static string Held(RunInfo run) => run.State is "running" or "paused"
        ? "not withdrawn until an admin resumes the run with --reason"
        : "not withdrawn, and this run has ended; a new rescan finds them again";

    // A walk counts what it looks at before it has seen it, by the table or by the first pages.
    private static string Estimate(string kind, RunForecast plan) => (plan.Estimate, Unit(kind)) switch
    {
        (false, _) => "",
        (_, Assets) => " (an estimate: the count took too long)",
        _ => " (an estimate: the run counts them)",
    };

    private static string Unit(string kind) => kind switch
    {
        "reconcile" or "migrate" => "objects",
        "rebuild" => "manifests",
        _ => Assets,
    };

    /// <summary>A page of findings.</summary>
    public static void Findings(ConsoleOutput output, RunFindings findings)
    {
        var table = new TextTable("FOUND", "AREA", "KEY OR ASSET", "WHAT TO KNOW");
        foreach (var one in findings.Items) table.Add(one.Kind, one.Area, one.Key ?? one.AssetId, one.Detail);
        output.Table(table);
    }

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string By(Dictionary<string, int>? counts) =>
        counts is { Count: > 0 } ? string.Join(", ", counts.Select(one => $"{one.Key} {Number(one.Value)}")) : "none";

    private static string Figure(double number) => number is > 0 and < 0.001 ? "less than 0.001" : number.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Dollars(double usd) => $"${usd.ToString("0.00##", CultureInfo.InvariantCulture)}";
}
