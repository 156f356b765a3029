using System.Net;
using System.Net.Sockets;

namespace Pipeline.TestKit;

/// <summary>A port of this machine on which no program listens.</summary>
public static class FreePort
{
    public static int Take()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
