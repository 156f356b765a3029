using System.Net.Http.Headers;
using System.Text.Json;
using Polly;

namespace Pipeline.Client;

/// <summary>
/// Sends a request to the API and returns its answer: adds the token and a timeout, waits if the server asks for it, and retries if that is
/// safe.
/// </summary>
internal sealed class ApiChannel
{
    private readonly HttpClient _http;
    private readonly RetryPolicy _retries;
    private readonly Uri _server;
    private readonly Func<CancellationToken, ValueTask<string?>> _token;
    private readonly RequestLimits _limits;
    private string? _lastToken;
    private readonly ResiliencePipeline<HttpResponseMessage> _repeatable, _once;

    /// <param name="http">Sends the requests.</param>
    /// <param name="server">Absolute, ends with a slash.</param>
    /// <param name="token">Returns the token of the user, or null to send none; asked before each request.</param>
    /// <param name="retries">Repeats requests.</param>
    /// <param name="limits">Timeouts and numbers of attempts.</param>
    public ApiChannel(HttpClient http, Uri server, Func<CancellationToken, ValueTask<string?>> token, RetryPolicy retries, RequestLimits limits)
    {
        (_http, _server, _token, _retries, _limits) = (http, server, token, retries, limits);
        _repeatable = retries.Create(limits.Tries, SaidAsync);
        _once = retries.Create(attempts: 1, SaidAsync);
    }

    public string Whom => _server.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>Sends a request and reads its JSON answer; throws <see cref="PipelineException"/> unless it succeeds.</summary>
    /// <param name="call">The request.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task<Answer<T>> AskAsync<T>(Call call, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(call, cancellationToken);
        try
        {
            var json = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return new Answer<T>(json.Deserialize<T>(Wire.Options) ?? throw new JsonException("null"), json);
        }
        catch (JsonException e)
        {
            throw PipelineException.Unexpected($"Unexpected response of {Whom} to {call.Path}. Is this a Pipeline server of the same version?", e);
        }
    }

    /// <summary>Sends a request whose successful answer has no content of interest.</summary>
    public async Task TellAsync(Call call, CancellationToken cancellationToken) => (await SendAsync(call, cancellationToken)).Dispose();

    private async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await RetriesOf(call).ExecuteAsync(async token => await OnceAsync(call, token), cancellationToken);
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            throw ConnectionErrors.ToException(e, Whom);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response) throw Problem.ToException(response.StatusCode, await SaidAsync(response, cancellationToken));
    }

    /// <summary>Opens a stream of events. Not repeated: the caller knows where to continue.</summary>
    /// <param name="path">Relative to the server, without a leading slash.</param>
    /// <param name="lastEventId">Where the stream continues; null for its beginning.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    public async Task<HttpResponseMessage> OpenStreamAsync(string path, string? lastEventId, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limits.Request);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server, path));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
            if ((_lastToken = await _token(deadline.Token)) is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw Problem.ToException(response.StatusCode, await SaidAsync(response, cancellationToken));
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            throw ConnectionErrors.ToException(e, Whom);
        }
    }

    private ResiliencePipeline<HttpResponseMessage> RetriesOf(Call call) =>
        call.NoWaitFor is { } code ? _retries.Create(call.Repeatable ? _limits.Tries : 1, SaidAsync, code)
        : call.Repeatable ? _repeatable
        : _once;

    private async Task<HttpResponseMessage> OnceAsync(Call call, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limits.Request + call.Wait);
        using var request = new HttpRequestMessage(call.Method, new Uri(_server, call.Path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if ((_lastToken = await _token(deadline.Token)) is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (call.Wait > TimeSpan.Zero) request.Headers.TryAddWithoutValidation("Prefer", $"wait={call.Wait.TotalSeconds:0}");
        if (call.IdempotencyKey is { } key) request.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{key}\"");
        if (call.Body is { } body) request.Content = Json(body);
        return await _http.SendAsync(request, deadline.Token);
    }

    // Serialised to bytes, so that the length is known: JsonContent would send chunks, which some proxies refuse.
    private static ByteArrayContent Json(object body) => new(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Wire.Options))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    private async Task<Problem?> SaidAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await Problem.ReadAsync(response, cancellationToken);

        // The server may quote the token in its message.
        return problem is not null && _lastToken is { } token
            ? problem with { Text = problem.Text.Replace(token, "(token)", StringComparison.Ordinal) }
            : problem;
    }
}

/// <summary>One request to the API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Relative to the server, without a leading slash.</param>
/// <param name="Body">Sent as JSON.</param>
/// <param name="Repeatable">Whether the request is idempotent, so that it is retried when its answer is lost.</param>
/// <param name="NoWaitFor">The code of a problem that is returned at once, although the server asks to wait and send the request again.</param>
/// <param name="Wait">How long the server may wait before it answers.</param>
/// <param name="IdempotencyKey">Tells the server that all attempts are one request, so that it makes nothing twice.</param>
internal sealed record Call(
    HttpMethod Method, string Path, object? Body = null, bool Repeatable = false, string? NoWaitFor = null, TimeSpan Wait = default, string? IdempotencyKey = null)
{
    public static Call Get(string path) => new(HttpMethod.Get, path, Repeatable: true);

    public static Call Post(string path, object? body = null, bool repeatable = false) => new(HttpMethod.Post, path, body, repeatable);
}
