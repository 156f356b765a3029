using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Processor.Scanning;

/// <summary>The address of a clamd: <c>tcp://host:port</c> or <c>unix:///path/of/socket</c>.</summary>
internal sealed class ClamdAddress
{
    private const string UnixPrefix = "unix://";

    /// <summary>The kernel's limit for a socket path in bytes, without the closing zero.</summary>
    private const int MaxSocketPath = 107;

    private readonly string _text;
    private readonly EndPoint _endPoint;

    private ClamdAddress(string text, EndPoint endPoint) => (_text, _endPoint) = (text, endPoint);

    public static ClamdAddress? TryParse(string? text)
    {
        if (text is null)
            return null;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            var path = text[UnixPrefix.Length..];
            return path.StartsWith('/') && Encoding.UTF8.GetByteCount(path) is > 1 and <= MaxSocketPath && !path.Contains('\0')
                ? new ClamdAddress(text, new UnixDomainSocketEndPoint(path))
                : null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "tcp", Port: > 0, Host.Length: > 0, UserInfo: "" }
            && uri is { PathAndQuery: "" or "/", Fragment: "" }
            ? new ClamdAddress(text, new DnsEndPoint(uri.IdnHost, uri.Port))
            : null;
    }

    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = _endPoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => _text;
}
