using System.Security.Authentication;
using MassTransit;
using Pipeline.Hosting;
using RabbitMQ.Client;

namespace Pipeline.Bus;

/// <summary>How all connections to the broker are made: its address, and the certificates that it is trusted with.</summary>
internal static class BrokerConnections
{
    /// <summary>A connection that the caller opens again itself.</summary>
    public static ConnectionFactory Factory(this RabbitMqOptions options)
    {
        var factory = new ConnectionFactory { Uri = options.Uri!, AutomaticRecoveryEnabled = false };
        if (options.IsEncrypted)
        {
            factory.Ssl.ServerName = options.Uri!.Host;
            if (TrustedCertificates.Of(options.CaFile) is { } trusted) factory.Ssl.CertificateValidationCallback = trusted.Accept;
        }

        return factory;
    }

    /// <summary>The bus's own connection.</summary>
    public static void Connect(this IRabbitMqBusFactoryConfigurator rabbit, RabbitMqOptions options) => rabbit.Host(options.Uri, host =>
    {
        if (!options.IsEncrypted) return;
        host.UseSsl(ssl =>
        {
            ssl.ServerName = options.Uri!.Host;
            // The operating system's choice, which is TLS 1.2 and later.
            ssl.Protocol = SslProtocols.None;
            if (TrustedCertificates.Of(options.CaFile) is { } trusted) ssl.CertificateValidationCallback = trusted.Accept;
        });
    });
}
