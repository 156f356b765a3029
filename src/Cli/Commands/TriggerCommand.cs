using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Events;
using Pipeline.Cli.Triggers;

namespace Pipeline.Cli.Commands;

/// <summary>Causes an event and waits until it is there, so that a developer sees their program handle it.</summary>
static class TriggerCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var type = new Argument<string>("TYPE") { Description = "The type of the event, such as asset.ready" };
        type.AcceptOnlyFromAmong(EventTypes.All);
        var timeout = WaitOption.Create();
        var command = new Command("trigger", "Causes an event for real, by a tiny temporary photo, and waits for it.") { type, timeout };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = parsed.GetRequiredValue(type);
            if (!EventTrigger.CanCause(wanted))
                throw CliFailure.Usage($"No upload causes {wanted} on a healthy server. To see your program handle it, send it a test event: POST /api/webhooks/{{id}}/test");
            using var session = Session.Open(parsed, global, environment);
            var follower = new EventFollower(session.Api, environment, session.Deadlines, session.ConsoleOutput);
            var begin = await follower.NewestAsync(cancellationToken);
            var caused = await new EventTrigger(session).CauseAsync(wanted, cancellationToken);
            if (!session.ConsoleOutput.Json) session.ConsoleOutput.Notice($"asset {caused.AssetId} in batch {caused.BatchId}; waiting for {wanted}");
            var received = await WaitAsync(session, follower.FollowAsync(begin, [], cancellationToken), wanted, caused, WaitOption.Read(parsed, timeout));
            session.ConsoleOutput.Document(new { received.Type, eventId = received.Id, caused.AssetId, caused.BatchId, @event = received.Json });
            session.ConsoleOutput.Line($"{received.Type} {received.Id}");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<ReceivedEvent> WaitAsync(Session session, IAsyncEnumerable<ReceivedEvent> events, string wanted, Caused caused, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit, session.Around.Time);
        try
        {
            await foreach (var received in events.WithCancellation(deadline.Token))
            {
                if (!caused.IsSubjectOf(received)) continue;
                if (received.Type == wanted) return received;
                if (RulesOut(received.Type, wanted))
                    throw new CliFailure(ExitCode.Refused, "other_event", $"{received.Type} came in place of {wanted}. See: pipeline asset {caused.AssetId}");
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new CliFailure(ExitCode.Refused, "not_finished", $"{wanted} did not come within {limit.TotalSeconds:0} s. The server continues. Check it with: pipeline asset {caused.AssetId}");
        }

        throw CliFailure.Unexpected("The events ended.");
    }

    /// <summary>Whether the wanted event can no longer come. A batch completes and an asset can be deleted after any result.</summary>
    private static bool RulesOut(string type, string wanted) =>
        type is EventTypes.Ready or EventTypes.Rejected or EventTypes.Failed or EventTypes.Expired && wanted is not (EventTypes.BatchCompleted or EventTypes.Deleted);
}
