using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Pipeline.Client;

/// <summary>Reads the user's events in order, and continues after the last one when a connection breaks or the server is away.</summary>
internal sealed class EventFeed(ApiChannel channel, ApiClient api, RequestLimits limits, TimeProvider waitTime)
{
    // How long the server may wait for the next event before it answers.
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>By requests with a cursor, which proxies without streams pass on too.</summary>
    public async IAsyncEnumerable<PipelineEvent> PollAsync(string? after, IReadOnlyCollection<string> types, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var cursor = after; ;)
        {
            var page = await api.ListEventsAsync(cursor, types, LongPoll, cancellationToken);
            foreach (var json in page.Events) yield return PipelineEvent.Read(json) ?? throw PipelineException.Unexpected("The server sent an event that cannot be read.");
            if (page.Events.Length == 0 && page.NextCursor == cursor) await Task.Delay(limits.FirstBackoff, waitTime, cancellationToken);
            cursor = page.NextCursor ?? cursor;
        }
    }

    /// <summary>By one long answer, in which each event comes at once.</summary>
    public async IAsyncEnumerable<PipelineEvent> StreamAsync(string? after, IReadOnlyCollection<string> types, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = $"api/events/stream{(types.Count > 0 ? $"?types={Uri.EscapeDataString(string.Join(',', types))}" : "")}";
        for (var (last, pause) = (after, limits.FirstBackoff); ;)
        {
            using var response = await OpenAsync(path, last, cancellationToken);
            if (response is not null)
            {
                await using var events = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken), (_, data) => data.ToArray())
                    .EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await NextAsync(events, cancellationToken))
                {
                    pause = limits.FirstBackoff;
                    if (events.Current.EventId is { Length: > 0 } id) last = id;
                    if (Read(events.Current.Data) is { } received) yield return received;
                }
            }

            await Task.Delay(pause, waitTime, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>Null if the server is away for a while.</returns>
    private async Task<HttpResponseMessage?> OpenAsync(string path, string? last, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.OpenStreamAsync(path, last, cancellationToken);
        }
        catch (PipelineException e) when (e.Kind is FailureKind.Unreachable or FailureKind.ServerFault || e.Status == HttpStatusCode.TooManyRequests)
        {
            return null;
        }
    }

    /// <returns>False at the end of the answer, also if the connection broke.</returns>
    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<byte[]>> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            return false;
        }
    }

    // Other items of the stream, such as its state at the begin, are no events.
    private static PipelineEvent? Read(byte[] data)
    {
        try
        {
            return PipelineEvent.Read(JsonElement.Parse(data));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
