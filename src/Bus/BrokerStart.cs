using System.Security.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Bus;

/// <summary>
/// Connects to the broker once before the start. A fault that somebody must fix ends the start, because MassTransit would retry a wrong password
/// for ever. If the broker does not answer, the host starts, waits for it and is not ready until then; no work is lost, since the asset table
/// keeps it.
/// </summary>
public static partial class BrokerStart
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="StartFaultException">The broker refuses the user, the password or the virtual host.</exception>
    public static async Task CheckAsync(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
        var address = options.Uri!;
        var factory = options.Factory();
        (factory.RequestedConnectionTimeout, factory.HandshakeContinuationTimeout) = (ConnectTimeout, ConnectTimeout);
        using var limit = new CancellationTokenSource(ConnectTimeout * 2);
        try
        {
            await using var connection = await factory.CreateConnectionAsync(limit.Token);

            // The broker first accepts a connection to a missing virtual host and closes it afterwards, so open a channel too.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: limit.Token);
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            throw new StartFaultException(StartExit.Misconfigured, $"`RabbitMq:Uri`: RabbitMQ at {address.Host}:{factory.Endpoint.Port} {refusal}");
        }
        catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or OperationCanceledException or IOException or TimeoutException)
        {
            services.GetRequiredService<ILoggerFactory>().CreateLogger("Pipeline.Bus").LogUnreachable(address.Host, factory.Endpoint.Port);
        }
    }

    private static string? Refusal(Exception exception) => exception switch
    {
        AuthenticationFailureException or PossibleAuthenticationFailureException => "refuses the user or its password: correct them, and percent-encode special characters in the password, such as %23 for #",
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotAllowed } => "has no such virtual host, or this user may not use it: create it, or correct the end of the address",
        AuthenticationException => "has a certificate that is not trusted, or of another host name: name its authority in `RabbitMq:CaFile`, or correct the host in the address",
        { InnerException: { } inner } => Refusal(inner),
        _ => null,
    };

    [LoggerMessage(301, LogLevel.Warning, "RabbitMQ at {Host}:{Port} (`RabbitMq:Uri`) does not answer; this host waits for it and is not ready until then")]
    private static partial void LogUnreachable(this ILogger logger, string host, int port);
}
