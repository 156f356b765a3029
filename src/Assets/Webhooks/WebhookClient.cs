using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Pipeline.Assets.Webhooks;

/// <summary>One request to a webhook.</summary>
/// <param name="Url">The webhook's URL.</param>
/// <param name="Id">The event.</param>
/// <param name="Body">The document of the event.</param>
/// <param name="Secrets">All that sign.</param>
public sealed record WebhookMessage(string Url, string Id, byte[] Body, IReadOnlyList<byte[]> Secrets);

/// <summary>Why a try failed: stable codes for the owner of a webhook.</summary>
public static class AttemptError
{
    /// <summary>Connecting, sending and the answer took too long together.</summary>
    public const string Timeout = "timeout";

    /// <summary>No connection, or it broke.</summary>
    public const string ConnectionFailed = "connection_failed";

    /// <summary>The certificate is not valid for the host, or TLS failed.</summary>
    public const string TlsFailed = "tls_failed";

    /// <summary>The name of the host does not resolve.</summary>
    public const string NameNotResolved = "name_not_resolved";

    /// <summary>Each address of the host is one that webhooks may not reach.</summary>
    public const string ForbiddenAddress = "forbidden_address";

    /// <summary>The answer is not HTTP.</summary>
    public const string InvalidAnswer = "invalid_answer";

    /// <summary>The status is 3xx; redirects are not followed.</summary>
    public const string Redirect = "redirect";

    /// <summary>The status is not 2xx.</summary>
    public const string Not2xx = "not_2xx";

    /// <summary>This server can no longer decrypt the signing secret; rotate it.</summary>
    public const string SecretUnreadable = "secret_unreadable";

    /// <summary>The event is no longer stored.</summary>
    public const string EventGone = "event_gone";
}

/// <summary>How one try ended.</summary>
public sealed record AttemptResult
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    public int Milliseconds { get; init; }

    /// <summary>The HTTP status of the answer; null if none came.</summary>
    public int? Status { get; init; }

    /// <summary>The beginning of the answer; null without one.</summary>
    public string? Answer { get; init; }

    /// <summary>One of <see cref="AttemptError"/>; null for a success.</summary>
    public string? Error { get; init; }

    /// <summary>How long the webhook asks to wait; null for nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>
/// Sends one request to a webhook. It connects only to addresses that <see cref="AddressPolicy"/> allows, follows no redirect, uses no proxy
/// and keeps no cookies.
/// </summary>
public sealed class WebhookClient : IDisposable
{
    // A pooled connection leads to the address that was checked when it was opened; soon the name is resolved again.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(1);

    private static readonly ProductInfoHeaderValue Agent = new("Pipeline-Webhooks", typeof(WebhookClient).Assembly.GetName().Version?.ToString(3) ?? "0");

    private readonly HttpClient _http;
    private readonly AddressPolicy _addresses;
    private readonly ResolveHost _resolve;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;

    public WebhookClient(AddressPolicy addresses, ResolveHost resolve, IOptions<WebhookOptions> options, TimeProvider time)
    {
        (_addresses, _resolve, _time, _timeout) = (addresses, resolve, time, TimeSpan.FromSeconds(options.Value.TimeoutSeconds));
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _timeout,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = ConnectionLifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = 16,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends the message, signed for this moment. Only a cancellation throws.</summary>
    public async Task<AttemptResult> PostAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        var (at, started) = (_time.GetUtcNow(), _time.GetTimestamp());
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        AttemptResult result;
        try
        {
            result = await SendAsync(message, at, either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && ErrorOf(e) is { } error)
        {
            result = new AttemptResult { At = at, Error = error };
        }

        return result with { Milliseconds = (int)_time.GetElapsedTime(started).TotalMilliseconds };
    }

    private async Task<AttemptResult> SendAsync(WebhookMessage message, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var seconds = at.ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Agent.Product!));
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(message.Id, seconds, message.Body, message.Secrets));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var status = (int)response.StatusCode;
        return new AttemptResult
        {
            At = at,
            Status = status,
            Answer = await AnswerAsync(response, cancellationToken),
            Error = status switch { >= 200 and < 300 => null, >= 300 and < 400 => AttemptError.Redirect, _ => AttemptError.Not2xx },
            RetryAfter = RetryAfter(response.Headers.RetryAfter),
        };
    }

    // The status counts even if the connection breaks in the rest of the answer.
    private static async Task<string?> AnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (bytes, length) = (new byte[AnswerText.MaxBytes], 0);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }

        return length > 0 ? AnswerText.Of(bytes.AsSpan(0, length)) : null;
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
        return wait is not { } asked || asked <= TimeSpan.Zero ? null : asked < DeliverySchedule.MaxRetryAfter ? asked : DeliverySchedule.MaxRetryAfter;
    }

    // The only place that connects: a name that is resolved here is not resolved again before the connection.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, isEncrypted) = (context.DnsEndPoint.Host, context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps);
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        var allowed = found.Where(address => _addresses.Allows(address, isEncrypted)).ToList();
        if (allowed.Count == 0) throw new ForbiddenAddressException();
        for (var i = 0; ; i++)
        {
            var socket = new Socket(allowed[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(allowed[i], context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < allowed.Count)
            {
                // The next address may answer.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static string? ErrorOf(Exception exception) => exception switch
    {
        ForbiddenAddressException => AttemptError.ForbiddenAddress,
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => AttemptError.NameNotResolved,
        OperationCanceledException or TimeoutException => AttemptError.Timeout,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => AttemptError.TlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.HttpProtocolError } => AttemptError.InvalidAnswer,
        { InnerException: { } inner } when ErrorOf(inner) is { } error => error,
        HttpRequestException or IOException or SocketException => AttemptError.ConnectionFailed,
        _ => null,
    };

    private sealed class ForbiddenAddressException() : IOException("The host has no address that webhooks may reach.");
}
