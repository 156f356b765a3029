using System.Net.Http.Headers;
using System.Net.Sockets;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Events;

/// <summary>The result of forwarding an event.</summary>
/// <param name="Status">The HTTP status of the answer; null if none came.</param>
/// <param name="Took">The duration of the last attempt.</param>
/// <param name="Error">Why there is no answer.</param>
sealed record Forwarded(int? Status, TimeSpan Took, string? Error = null)
{
    public override string ToString() => $"{(Status is { } status ? $"{status}" : Error)}  {Took.TotalMilliseconds:0} ms";
}

/// <summary>Sends events to a program of the developer, signed by Standard Webhooks. Redirects are not followed.</summary>
sealed class EventForwarder(HttpClient http, Uri target, SigningSecret secret, CliEnvironment environment, Deadlines deadlines)
{
    /// <summary>Attempts whose connection breaks before an answer; the program may have got the event each time.</summary>
    private const int MostBroken = 3;

    /// <summary>
    /// Forwards an event. Waits for a program that does not listen, because it restarts or is not started yet; an answer of any status ends
    /// the attempts.
    /// </summary>
    /// <param name="received">The event.</param>
    /// <param name="retrying">Called before each further attempt, with the reason.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task<Forwarded> ForwardAsync(ReceivedEvent received, Action<string> retrying, CancellationToken cancellationToken)
    {
        var broken = 0;
        for (var pause = deadlines.FirstReconnect; ; pause = pause * 2 < deadlines.LongestReconnect ? pause * 2 : deadlines.LongestReconnect)
        {
            var began = environment.Time.GetTimestamp();
            try
            {
                var status = await OnceAsync(received, cancellationToken);
                return new Forwarded(status, environment.Time.GetElapsedTime(began));
            }
            catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
            {
                var reason = Reason(e);
                if (!IsRefused(e) && (e is OperationCanceledException || ++broken == MostBroken))
                    return new Forwarded(Status: null, environment.Time.GetElapsedTime(began), reason);
                retrying($"{reason}, trying again in {pause.TotalSeconds:0} s");
            }

            await Task.Delay(pause, environment.WaitTime, cancellationToken);
        }
    }

    private async Task<int> OnceAsync(ReceivedEvent received, CancellationToken cancellationToken)
    {
        // Ctrl-C lets a program that is about to answer do so; otherwise the event would be forwarded once more with --resume.
        using var deadline = new CancellationTokenSource(deadlines.Forward);
        await using var stopped = cancellationToken.Register(() => deadline.CancelAfter(deadlines.ForwardWhenStopped));
        var body = received.Body();
        var timestamp = environment.Time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, target);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Add("webhook-id", received.Id);
        request.Headers.Add("webhook-timestamp", $"{timestamp}");
        request.Headers.Add("webhook-signature", secret.Sign(received.Id, timestamp, body));

        // The body of the answer is not read, whatever its size.
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        return (int)response.StatusCode;
    }

    private static bool IsRefused(Exception e) => e.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private string Reason(Exception e) => e is OperationCanceledException ? $"no answer within {deadlines.Forward.TotalSeconds:0} s"
        : IsRefused(e) ? "connection refused"
        : "the connection broke";
}
