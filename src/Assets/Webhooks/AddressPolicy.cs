using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Pipeline.Assets.Webhooks;

/// <summary>
/// Which addresses webhooks may reach: public ones only, so that nobody makes this server send requests into its own network. Judges parsed
/// addresses, so the spelling of a literal does not matter.
/// </summary>
public sealed class AddressPolicy(IOptions<WebhookOptions> options)
{
    // The special-purpose registries of IANA, multicast, the metadata server of Azure, and of IPv6 all but global unicast (2000::/3). There, 2001::/23 and
    // 2002::/16 have the transition mechanisms that carry an IPv4 address.
    private static readonly IPNetwork[] Forbidden =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "168.63.129.16/32",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    // Translates to the IPv4 address in its last four bytes (RFC 6052).
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    private readonly Lazy<IPNetwork[]> _allowed = new(() => [.. options.Value.AllowNetworks.Select(text => IPNetwork.Parse(text))]);

    /// <summary>Whether the operator opened the network of this address.</summary>
    public bool IsOpened(IPAddress address) => _allowed.Value.Any(network => network.Contains(Carried(address)));

    /// <summary>Whether requests may go to this address.</summary>
    /// <param name="address">The address to connect to.</param>
    /// <param name="isEncrypted">Without encryption only networks that the operator opened are allowed.</param>
    public bool Allows(IPAddress address, bool isEncrypted) => IsOpened(address) || (isEncrypted && !IsForbidden(address));

    internal static bool IsForbidden(IPAddress address)
    {
        var real = Carried(address);
        return Forbidden.Any(network => network.Contains(real));
    }

    private static IPAddress Carried(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6 } when Translated.Contains(address) => new IPAddress(address.GetAddressBytes()[^4..]),
        _ => address,
    };
}

/// <summary>Resolves the name of a host. Throws <see cref="SocketException"/> if it does not resolve.</summary>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);
