using System.Runtime.CompilerServices;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Events;

/// <summary>Reads the user's events as they happen, by a cursor: each once, in order, also when the server is away for a while.</summary>
sealed class EventFollower(ApiClient api, CliEnvironment environment, Deadlines deadlines, ConsoleOutput output)
{
    /// <summary>The cursor that the server replaces by the newest one.</summary>
    private const string Newest = "latest";

    /// <summary>The cursor after all events so far; null if there are none.</summary>
    public async Task<string?> NewestAsync(CancellationToken cancellationToken) =>
        (await api.ListEventsAsync(Newest, [], TimeSpan.Zero, cancellationToken)).NextCursor;

    /// <summary>Returns events until it is cancelled. Throws <see cref="PipelineException"/> if the server refuses, for example because the cursor is too old.</summary>
    /// <param name="cursor">Where to begin; null for the oldest event.</param>
    /// <param name="types">The types to return; empty for all.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    public async IAsyncEnumerable<ReceivedEvent> FollowAsync(string? cursor, IReadOnlyCollection<string> types, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = environment.Time.GetTimestamp();
            var page = await PageAsync(cursor, types, cancellationToken);
            foreach (var json in page.Events)
            {
                var received = ReceivedEvent.Read(json);
                cursor = received.Id;
                yield return received;
            }

            cursor = page.NextCursor ?? cursor;

            // A server that does not wait would otherwise be asked without a pause.
            if (page.Events.Length == 0 && environment.Time.GetElapsedTime(asked) < deadlines.FirstReconnect)
                await Task.Delay(deadlines.FirstReconnect, environment.WaitTime, cancellationToken);
        }
    }

    private async Task<EventPage> PageAsync(string? cursor, IReadOnlyCollection<string> types, CancellationToken cancellationToken)
    {
        var away = false;
        for (var pause = deadlines.FirstReconnect; ; pause = pause * 2 < deadlines.LongestReconnect ? pause * 2 : deadlines.LongestReconnect)
        {
            try
            {
                var page = await api.ListEventsAsync(cursor, types, deadlines.EventWait, cancellationToken);
                if (away) output.Notice("the server is back");
                return page;
            }
            catch (PipelineException failure) when (IsPassing(failure))
            {
                if (!away) output.Notice($"{CliFailure.Of(failure).Message.TrimEnd('.')}; trying until the server is back");
                away = true;
            }

            await Task.Delay(pause, environment.WaitTime, cancellationToken);
        }
    }

    private static bool IsPassing(PipelineException failure) =>
        failure.Code == PipelineException.UnreachableCode || failure.Status is >= System.Net.HttpStatusCode.InternalServerError or System.Net.HttpStatusCode.TooManyRequests;
}
