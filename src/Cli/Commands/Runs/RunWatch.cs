using Pipeline.Cli.Operators;

namespace Pipeline.Cli.Commands.Runs;

/// <summary>Shows the progress of a run until it ends or pauses. The run lives in the server, so Ctrl-C ends only this.</summary>
static class RunWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(Session session, string id, CancellationToken cancellationToken)
    {
        string? told = null;
        while (true)
        {
            var run = await session.Runs.GetAsync(id, cancellationToken);
            var line = RunPrint.Progress(run.Value);
            if (line != told)
            {
                told = line;
                session.ConsoleOutput.DocumentLine(run.Json);
                session.ConsoleOutput.Line(line);
            }

            if (run.Value.HasStopped || run.Value.State == "planned") return Exit(session, run.Value);
            await Task.Delay(Interval, session.Around.WaitTime, cancellationToken);
        }
    }

    private static int Exit(Session session, RunInfo run)
    {
        if ((run.PausedBecause ?? run.Because) is { } because) session.ConsoleOutput.Warn(because);
        if (run.State == "planned") session.ConsoleOutput.Warn($"this plan is not applied yet: pipeline apply {run.Id}");
        return run is { State: "completed", Progress.Failed: 0 } ? ExitCode.Done : ExitCode.Refused;
    }
}
