using System.Net;
using System.Net.Sockets;

namespace Pipeline.Client;

/// <summary>Detects failed connections and explains them to people.</summary>
internal static class ConnectionErrors
{
    /// <summary>Whether no answer came: the connection was refused or lost, or our timeout passed. A stop by the user does not count.</summary>
    /// <remarks>If the server resets a connection at the moment it opens, the HTTP client throws the socket's exception as it is.</remarks>
    public static bool IsOfConnection(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Whether a status shows a temporary fault of the server or a gateway.</summary>
    public static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <param name="e">An exception that <see cref="IsOfConnection"/> accepts.</param>
    /// <param name="whom">The server's name, without secrets.</param>
    public static PipelineException ToException(Exception e, string whom) =>
        new(FailureKind.Unreachable, PipelineException.UnreachableCode, $"Cannot reach {whom}: {Why(e)}", e);

    private static string Why(Exception e) => (e, e.GetBaseException()) switch
    {
        (OperationCanceledException, _) => "no response in time. Try again, or check the server's log",
        (_, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) =>
            "connection refused. Is the server running?",
        (HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }, _) =>
            "no such host. Check the address",
        (HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }, var cause) =>
            $"no secure connection ({cause.Message.TrimEnd('.')}). Is it https on that port?",
        (HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }, _) =>
            "the response is too large. Is it a Pipeline server?",
        (_, HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }) => "the connection broke before the response. Try again",
        (_, var cause) => $"the connection broke ({cause.Message.TrimEnd('.')}). Try again",
    };
}
