using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

static class QueuesCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var command = new Command("queues", "Shows the server's queues; gives dead letters back to their assets.") { Return(global, environment) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var (list, json) = await session.Operators.GetAsync<QueueList>("queues", cancellationToken);
            session.ConsoleOutput.Document(json);
            var table = new TextTable("QUEUE", "DEPTH", "UNACKNOWLEDGED", "DUE", "OLDEST", "READERS");
            foreach (var queue in list.Items)
            {
                table.Add(
                    queue.Name, Number(queue.Depth), Number(queue.Unacknowledged), Number(queue.DueRows), queue.OldestSeconds is { } age ? $"{age} s" : "",
                    queue.DeadLetters ? "none: dead letters" : Number(queue.Consumers));
            }

            session.ConsoleOutput.Table(table);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Return(GlobalOptions global, CliEnvironment environment)
    {
        var name = new Argument<string>("QUEUE") { Description = "Name of a queue of dead letters, as pipeline queues shows it" };
        var limit = WholeNumber.Option("--limit", "Most letters", "N", usual: 100, least: 1, most: 1_000);
        var reason = new Option<string?>("--reason") { Description = "Why; it stands in the audit", HelpName = "TEXT" };
        var command = new Command("return", "Dispatches the assets of dead letters again, and removes the letters.") { name, limit, reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var (done, json) = await session.Operators.PostAsync<ReturnedLetters>(
                $"queues/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}/return", new { limit = parsed.GetValue(limit), reason = parsed.GetValue(reason) }, cancellationToken);
            session.ConsoleOutput.Document(json);
            session.ConsoleOutput.Line($"{done.Returned} returned, {done.Outdated} outdated and removed, {done.Unreadable} unreadable and left; {done.Remaining} remain");
            return ExitCode.Done;
        });
        return command;
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
