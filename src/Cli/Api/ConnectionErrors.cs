using System.Net;
using System.Net.Sockets;

namespace Pipeline.Cli.Api;

/// <summary>Tells a connection that failed from everything else, and says it in words.</summary>
static class ConnectionErrors
{
    /// <summary>No answer came: connection refused or lost, or a deadline of ours has passed. Not: the person has stopped us.</summary>
    public static bool IsOfConnection(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Answers of a server or gateway that is not itself just now.</summary>
    public static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <param name="e">What <see cref="IsOfConnection"/> has said yes to.</param>
    /// <param name="whom">The server, without anything secret.</param>
    public static CliFailure ToFailure(Exception e, string whom) =>
        new(ExitCode.Unreachable, CliFailure.UnreachableCode, $"Cannot reach {whom}: {Why(e)}", e);

    private static string Why(Exception e) => (e, e.GetBaseException()) switch
    {
        (OperationCanceledException, _) => "no answer in time. Try again, or look at the server's log",
        (_, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) =>
            "connection refused. Is the server running? Name another one by --server or PIPELINE_SERVER",
        (HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }, _) =>
            "no such host. Look at the address in --server, PIPELINE_SERVER or the config file",
        (HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }, var cause) =>
            $"no secure connection ({cause.Message.TrimEnd('.')}). Is it https on that port?",
        (HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }, _) =>
            "the answer is far too long. Is it a Pipeline server?",
        (_, HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }) => "the connection broke before the answer. Try again",
        (_, var cause) => $"the connection broke ({cause.Message.TrimEnd('.')}). Try again",
    };
}
