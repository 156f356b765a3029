using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Events;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Commands;

/// <summary>Forwards the user's events to a program on this machine, which needs no public address.</summary>
static class ListenCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var target = ForwardTarget.Option();
        var types = EventTypes.Option("--events", "Forward these types only, separated by commas; default: all");
        var after = new Option<string?>("--after") { Description = "Begin after the event with this id; default: forward new events only", HelpName = "ID" };
        var resume = new Option<bool>("--resume") { Description = "Begin after the last event that was forwarded to this URL" };
        var secretFile = new Option<string?>("--secret-file") { Description = "Sign with the whsec_ secret in this file; default: a secret that pipeline keeps beside the saved login", HelpName = "FILE" };
        var command = new Command("listen", "Forwards your events to a program on this machine, as signed webhooks, until Ctrl-C.") { target, types, after, resume, secretFile };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(after) is not null && parsed.GetValue(resume)) throw CliFailure.Usage("Give --after or --resume. See: pipeline listen --help");
            using var session = Session.Open(parsed, global, environment);
            var files = new ListenFiles(Path.GetDirectoryName(Path.GetFullPath(ConfigFile.PathOf(global.Read(parsed).ConfigPath, environment)))!, session.ConsoleOutput.Warn);
            var secret = files.Secret(parsed.GetValue(secretFile));
            var url = parsed.GetRequiredValue(target);
            var follower = new EventFollower(session.Api, environment, session.Deadlines, session.ConsoleOutput);
            var forwarder = new EventForwarder(session.Http, url, secret, environment, session.Deadlines);
            var listener = new Listener(session, follower, forwarder, cursor => files.KeepCursor(session.Server, url, cursor));
            try
            {
                var kept = parsed.GetValue(resume) ? files.Cursor(session.Server, url) : null;
                if (parsed.GetValue(resume) && kept is null) session.ConsoleOutput.Notice("nothing was forwarded to this URL before, so only new events are");
                var cursor = parsed.GetValue(after) ?? kept ?? await follower.NewestAsync(cancellationToken);
                session.ConsoleOutput.Notice($"forwarding events of {session.Server.AbsoluteUri.TrimEnd('/')} to {ForwardTarget.Shown(url)}");
                session.ConsoleOutput.Notice($"signing secret {secret.Text}");
                await listener.RunAsync(cursor, parsed.GetValue(types) ?? [], cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                session.ConsoleOutput.Notice("stopped; continue with --resume");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Forwards events one after the other, and prints a line for each.</summary>
    private sealed class Listener(Session session, EventFollower follower, EventForwarder forwarder, Action<string> keepCursor)
    {
        public async Task RunAsync(string? cursor, string[] types, CancellationToken cancellationToken)
        {
            if (cursor is not null) keepCursor(cursor);
            await foreach (var received in follower.FollowAsync(cursor, types, cancellationToken))
            {
                var forwarded = await forwarder.ForwardAsync(received, reason => session.ConsoleOutput.Notice($"{received.Type} {received.Id}: {reason}"), cancellationToken);
                keepCursor(received.Id);
                Print(received, forwarded);
            }
        }

        private void Print(ReceivedEvent received, Forwarded forwarded)
        {
            session.ConsoleOutput.Line($"{AssetView.Time(session.Around.Time.GetUtcNow())}  {received.Type}  {received.Id}  {forwarded}");
            session.ConsoleOutput.DocumentLine(new { @event = received.Json, forwarded.Status, milliseconds = (long)forwarded.Took.TotalMilliseconds, forwarded.Error });
        }
    }
}
