using System.Net;
using System.Text.RegularExpressions;

namespace Pipeline.Chaos;

/// <summary>
/// The addresses to which a server and its children have connected, by the kernel, and the names that they have tried to resolve. A resolver reads its
/// files first, which shows even where there is neither a name server nor an answer. (`/etc/resolv.conf` alone is read for the list of network interfaces.)
/// </summary>
internal sealed partial class ConnectTrace(string file)
{
    /// <summary>Executes the server, so that a signal reaches the server and not the tracer.</summary>
    public IReadOnlyList<string> Under => ["strace", "-D", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg,openat", "-e", "signal=none", "-o", file];

    /// <summary>All addresses with the number of connections.</summary>
    public IReadOnlyDictionary<string, int> Called() =>
        Addresses(Read()).GroupBy(address => address, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    /// <summary>The files and sockets of the resolver that were opened.</summary>
    public IReadOnlyList<string> Resolved() => [.. Resolver().Matches(Read()).Select(match => match.Value).Distinct(StringComparer.Ordinal)];

    private string Read()
    {
        // The tracer is still writing.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> Addresses(string trace)
    {
        foreach (Match call in Internet().Matches(trace))
        {
            // Port 0 asks the kernel for a route and sends nothing.
            var (port, text) = (call.Groups["port"].Value, call.Groups["address"].Value);
            if (port == "0" || !IPAddress.TryParse(text, out var address)) continue;
            yield return $"{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}:{port}";
        }
    }

    [GeneratedRegex(@"sin6?_port=htons\((?<port>\d+)\)(?:, sin6_flowinfo=[^,]*)?, (?:sin_addr=inet_addr\(""|inet_pton\(AF_INET6, "")(?<address>[^""]+)""", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Internet();

    [GeneratedRegex(@"/etc/(hosts|host\.conf|gai\.conf)(?="")|/run/systemd/resolve/[\w.]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Resolver();
}
