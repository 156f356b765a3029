using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Bench.Api;

/// <summary>
/// One kept connection that sends prepared requests. <c>HttpClient</c> takes several times the CPU time, and the load generator shares its core with PostgreSQL.
/// </summary>
internal sealed class HttpLane : IDisposable
{
    private static readonly byte[] HeadersEnd = "\r\n\r\n"u8.ToArray();
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[16 * 1024];
    private int _filled;

    public static async Task<HttpLane> OpenAsync(Uri server)
    {
        var lane = new HttpLane();
        await lane._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        return lane;
    }

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(string method, string path, string token, string? json = null) => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        + (json is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}"));

    /// <summary>Sends the request and reads the whole response.</summary>
    /// <returns>The status, and the body if <paramref name="wantsBody"/>.</returns>
    public async ValueTask<(int Status, byte[]? Body)> SendAsync(ReadOnlyMemory<byte> request, bool wantsBody = false)
    {
        for (var sent = 0; sent < request.Length;) sent += await _socket.SendAsync(request[sent..], SocketFlags.None);
        _filled = 0;
        int bodyAt;
        while ((bodyAt = _buffer.AsSpan(0, _filled).IndexOf(HeadersEnd)) < 0) await ReceiveAsync();
        bodyAt += HeadersEnd.Length;
        if (!Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _)) throw new InvalidDataException("This is not an HTTP answer.");
        var length = LengthIn(_buffer.AsSpan(0, bodyAt));
        byte[]? body;
        if (length is { } known)
        {
            while (_filled < bodyAt + known) await ReceiveAsync();
            body = wantsBody ? _buffer.AsSpan(bodyAt, known).ToArray() : null;
        }
        else
        {
            (bool IsWhole, byte[]? Body) chunks;
            while (!(chunks = Chunks(_buffer.AsSpan(bodyAt, _filled - bodyAt), wantsBody)).IsWhole) await ReceiveAsync();
            body = chunks.Body;
        }

        return (status, body);
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask ReceiveAsync()
    {
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), SocketFlags.None);
        if (read == 0) throw new IOException("The server has closed the connection.");
        _filled += read;
    }

    // Null for a body in chunks.
    private static int? LengthIn(ReadOnlySpan<byte> headers)
    {
        var name = "\r\nContent-Length: "u8;
        var at = headers.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(headers[(at + name.Length)..], out int length, out _) ? length : null;
    }

    private static (bool IsWhole, byte[]? Body) Chunks(ReadOnlySpan<byte> text, bool wantsBody)
    {
        using var body = wantsBody ? new MemoryStream() : null;
        for (; ; )
        {
            var end = text.IndexOf("\r\n"u8);
            if (end < 0 || !Utf8Parser.TryParse(text[..end], out int length, out _, 'x') || text.Length < end + 2 + length + 2) return (false, null);
            if (length == 0) return (true, body?.ToArray());
            body?.Write(text.Slice(end + 2, length));
            text = text[(end + 2 + length + 2)..];
        }
    }
}
