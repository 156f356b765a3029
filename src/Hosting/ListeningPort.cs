using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Hosting;

/// <summary>The port of a host, read from <c>PORT</c>.</summary>
public static class ListeningPort
{
    internal const string InUse = "`PORT` is in use by another program: stop it, or choose another port";

    /// <exception cref="StartFaultException"><c>PORT</c> is not a valid port.</exception>
    public static int Read(IConfiguration configuration, int otherwise) => configuration["PORT"] switch
    {
        null or "" => otherwise,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 => port,
        var text => throw new StartFaultException(StartExit.Misconfigured, $"`PORT` must be 1–65535, was '{Credentials.Hide(text)}'"),
    };

    /// <summary>Checks the port before anything else starts. If another program takes it in between, the server itself reports that.</summary>
    internal static void ThrowIfTaken(IConfiguration configuration)
    {
        if (configuration.GetSection("Kestrel:Endpoints").Exists()) return;
        foreach (var url in configuration[WebHostDefaults.ServerUrlsKey]?.Split(';') ?? [])
        {
            if (Uri.TryCreate(url.Replace("*", "[::]", StringComparison.Ordinal).Replace("+", "[::]", StringComparison.Ordinal), UriKind.Absolute, out var address))
                ThrowIfTaken(address);
        }
    }

    private static void ThrowIfTaken(Uri address)
    {
        var ip = IPAddress.TryParse(address.Host.Trim('[', ']'), out var given) ? given : address.IsLoopback ? IPAddress.Loopback : IPAddress.IPv6Any;
        try
        {
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (ip.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(ip, address.Port));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new StartFaultException(StartExit.Away, $"`PORT` {address.Port} is in use by another program: stop it, or choose another port");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new StartFaultException(StartExit.Misconfigured, $"`PORT` {address.Port} may not be opened by this user: choose one above 1023");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // For example a machine without IPv6: the server handles that itself.
        }
    }
}
