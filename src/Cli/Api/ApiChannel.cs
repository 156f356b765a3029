using System.Net.Http.Headers;
using System.Text.Json;
using Pipeline.Cli.Configuration;
using Polly;

namespace Pipeline.Cli.Api;

/// <summary>
/// Sends a request to the API and returns its answer: adds the token and a timeout, waits if the server asks for it, and retries if that is
/// safe.
/// </summary>
sealed class ApiChannel
{
    private readonly HttpClient _http;
    private readonly Connection _connection;
    private readonly Deadlines _deadlines;
    private readonly ResiliencePipeline<HttpResponseMessage> _repeatable, _once;

    public ApiChannel(HttpClient http, Connection connection, RetryPolicy retries, Deadlines deadlines)
    {
        (_http, _connection, _deadlines) = (http, connection, deadlines);
        _repeatable = retries.Create(deadlines.Tries, ReasonAsync);
        _once = retries.Create(attempts: 1, ReasonAsync);
    }

    public string Whom => _connection.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>Sends a request and reads its JSON answer; throws <see cref="CliFailure"/> unless it succeeds.</summary>
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
            throw CliFailure.Unexpected($"Unexpected response of {Whom} to {call.Path}. Is this a Pipeline server of the same version?", e);
        }
    }

    /// <summary>Sends a request whose successful answer has no content of interest.</summary>
    public async Task TellAsync(Call call, CancellationToken cancellationToken) => (await SendAsync(call, cancellationToken)).Dispose();

    private async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await (call.Repeatable ? _repeatable : _once).ExecuteAsync(async token => await OnceAsync(call, token), cancellationToken);
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            throw ConnectionErrors.ToFailure(e, Whom);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response) throw Problem.ToFailure(response.StatusCode, await SaidAsync(response, cancellationToken));
    }

    private async Task<HttpResponseMessage> OnceAsync(Call call, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_deadlines.Request);
        using var request = new HttpRequestMessage(call.Method, new Uri(_connection.Server, call.Path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (_connection.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (call.Body is { } body) request.Content = Json(body);
        return await _http.SendAsync(request, deadline.Token);
    }

    // Serialised to bytes, so that the length is known: JsonContent would send chunks, which some proxies refuse.
    private static ByteArrayContent Json(object body) => new(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Wire.Options))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    private async Task<string?> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await SaidAsync(response, cancellationToken))?.Text;

    private async Task<Problem?> SaidAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await Problem.ReadAsync(response, cancellationToken);

        // The server may quote the token in its message.
        return problem is not null && _connection.Token is { } token
            ? problem with { Text = problem.Text.Replace(token, "(token)", StringComparison.Ordinal) }
            : problem;
    }
}

/// <summary>One request to the API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Relative to the server, without a leading slash.</param>
/// <param name="Body">Sent as JSON.</param>
/// <param name="Repeatable">Whether the request is idempotent, so that it is retried when its answer is lost.</param>
sealed record Call(HttpMethod Method, string Path, object? Body = null, bool Repeatable = false)
{
    public static Call Get(string path) => new(HttpMethod.Get, path, Repeatable: true);

    public static Call Post(string path, object? body = null, bool repeatable = false) => new(HttpMethod.Post, path, body, repeatable);
}
