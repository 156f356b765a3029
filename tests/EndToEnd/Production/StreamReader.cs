using System.Net.ServerSentEvents;

namespace Pipeline.EndToEnd.Production;

/// <summary>A client that watches all of a user's events, and goes on at the next instance when its connection breaks.</summary>
public sealed class StreamReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _ids = [];
    private readonly Task _reading;

    public StreamReader(string token, params IReadOnlyList<Uri> servers) => _reading = ReadAsync(token, servers);

    /// <summary>The connections that it has made.</summary>
    public int Connections { get; private set; }

    /// <summary>The longest time between an event and its arrival.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>The ids of the events that arrived, in their order.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_ids) return [.. _ids];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(string token, IReadOnlyList<Uri> servers)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        string? last = null;
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            SseParser<string>? parser = null;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(servers[i % servers.Count], "/api/events/stream"));
                if (last is not null) request.Headers.Add("Last-Event-ID", last);
                using var response = (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token)).EnsureSuccessStatusCode();
                Connections++;
                parser = SseParser.Create(await response.Content.ReadAsStreamAsync(_stop.Token));
                await foreach (var message in parser.EnumerateAsync(_stop.Token))
                {
                    if (message.EventType == "reset") throw new InvalidOperationException("The stream could not resume.");
                    if (message.EventType == "status") Add(JsonNode.Parse(message.Data)!);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // The server was killed, or the test is over.
            }

            // Also from a message that has only an id.
            if (parser?.LastEventId is { Length: > 0 } id) last = id;
        }
    }

    private void Add(JsonNode status)
    {
        // A step of the worker has no id, since it is not stored.
        if (status["id"]?.ToString() is not { } id) return;
        lock (_ids) _ids.Add(id);
        var late = TimeProvider.System.GetUtcNow() - status["timestamp"]!.GetValue<DateTimeOffset>();
        if (late > Latest) Latest = late;
    }
}
