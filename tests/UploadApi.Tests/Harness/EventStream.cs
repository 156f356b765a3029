using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Pipeline.UploadApi.Tests.Harness;

/// <param name="Event">The name; empty for a message that only sets the id.</param>
/// <param name="Id">The id that a client resumes from; null if the message has none.</param>
/// <param name="Data">The data; null if the message has none.</param>
internal sealed record StreamMessage(string Event, string? Id, JsonNode? Data)
{
    public string? Status => Data?["status"]?.ToString();

    public string? Type => Data?["type"]?.ToString();
}

/// <summary>A client of Server-Sent Events that reads message by message.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpClient _http;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));

    private EventStream(HttpClient http, HttpResponseMessage response, Stream body) => (_http, _response, _lines) = (http, response, new StreamReader(body));

    public int Status => (int)_response.StatusCode;

    /// <summary>The comments that came so far.</summary>
    public int Comments { get; private set; }

    /// <summary>The id that a browser would send now.</summary>
    public string LastEventId { get; private set; } = "";

    public string? Header(string name) => _response.Headers.TryGetValues(name, out var values) || _response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public static async Task<EventStream> OpenAsync(Uri address, string path, string? token, string? lastEventId = null)
    {
        var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromMinutes(2));
        return new EventStream(http, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next message; null at the end of the response.</summary>
    public async Task<StreamMessage?> NextAsync()
    {
        var (name, id, data) = ("", (string?)null, (JsonNode?)null);
        while (await _lines.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.StartsWith(':')) Comments++;
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("id:", StringComparison.Ordinal)) LastEventId = id = line[3..].Trim();
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = JsonNode.Parse(line[6..]);
            else if (line.StartsWith("retry: ", StringComparison.Ordinal)) line.ShouldBe("retry: 2000");
            else line.ShouldBeEmpty();
            if (line.Length == 0 && (name.Length > 0 || id is not null || data is not null)) return new StreamMessage(name, id, data);
        }

        return null;
    }

    /// <summary>The messages up to the first that fits, with it.</summary>
    public async Task<List<StreamMessage>> UntilAsync(Func<StreamMessage, bool> fits)
    {
        var messages = new List<StreamMessage>();
        do messages.Add((await NextAsync()).ShouldNotBeNull("the stream has ended"));
        while (!fits(messages[^1]));
        return messages;
    }

    /// <summary>All messages to the end of the response.</summary>
    public async Task<List<StreamMessage>> ToEndAsync()
    {
        var messages = new List<StreamMessage>();
        while (await NextAsync() is { } message) messages.Add(message);
        return messages;
    }

    /// <summary>Waits for the next line that is a comment.</summary>
    public async Task CommentAsync()
    {
        var before = Comments;
        while (Comments == before)
            if ((await _lines.ReadLineAsync(_patience.Token)).ShouldNotBeNull("the stream has ended").StartsWith(':')) Comments++;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
        _http.Dispose();
        _patience.Dispose();
    }
}
