using System.CommandLine;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

static class JobsCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var command = new Command("jobs", "Shows the server's jobs; runs, pauses and resumes one.")
        {
            Change("run", "Runs a job now.", global, environment, job => $"{job.Name} runs"),
            Change("pause", "Lets no instance run a job until it is resumed.", global, environment, job => $"{job.Name} is paused"),
            Change("resume", "Lets all instances run a job again.", global, environment, job => $"{job.Name} is resumed"),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var (list, json) = await session.Operators.GetAsync<JobList>("jobs", cancellationToken);
            session.ConsoleOutput.Document(json);
            session.ConsoleOutput.Table(Table(list));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Change(string verb, string description, GlobalOptions global, CliEnvironment environment, Func<Job, string> said)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the job, as pipeline jobs shows it" };
        var reason = new Option<string?>("--reason") { Description = "Why; it stands in the audit", HelpName = "TEXT" };
        var command = new Command(verb, description) { name, reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var path = $"jobs/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}/{verb}";
            var (job, json) = await session.Operators.PostAsync<Job>(path, new { reason = parsed.GetValue(reason) }, cancellationToken);
            session.ConsoleOutput.Document(json);
            session.ConsoleOutput.Line(said(job));
            return ExitCode.Done;
        });
        return command;
    }

    private static TextTable Table(JobList list)
    {
        var table = new TextTable("JOB", "STATE", "EVERY", "LAST START", "TOOK", "RESULT", "ROWS", "NEXT", "INSTANCE", "PAUSED BY");
        foreach (var job in list.Items)
        {
            table.Add(
                job.Name, job.State, Seconds(job.IntervalSeconds), AssetView.Time(job.LastStartedAt), job.LastMilliseconds is { } took ? $"{took} ms" : "",
                job.LastFault ?? job.LastResult, job.LastRows?.ToString(), AssetView.Time(job.NextAt), job.Instance, job.PausedBy);
        }

        return table;
    }

    private static string Seconds(long seconds) => seconds switch
    {
        >= 86_400 when seconds % 86_400 == 0 => $"{seconds / 86_400} d",
        >= 3_600 when seconds % 3_600 == 0 => $"{seconds / 3_600} h",
        >= 60 when seconds % 60 == 0 => $"{seconds / 60} min",
        _ => $"{seconds} s",
    };
}
