using System.Net.Sockets;

namespace Pipeline.Processor.Scanning;

/// <summary>One connection to clamd on which every wait has a time limit. Not thread-safe.</summary>
internal sealed class ClamdConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly ClamdOptions _options;
    private readonly TimeProvider _time;

    private ClamdConnection(Socket socket, ClamdOptions options, TimeProvider time) =>
        (_socket, _options, _time) = (socket, options, time);

    /// <summary>True if clamd has replied or closed the connection; during a stream, both mean that clamd accepts no more bytes.</summary>
    public bool HasReply => _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public static async Task<ClamdConnection> OpenAsync(ClamdOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = ClamdAddress.TryParse(options.Address)
            ?? throw new InvalidOperationException("The options were not validated: they have no address.");
        try
        {
            var socket = await Deadline.Of(options.ConnectTimeout, "accept the connection", time, address.ConnectAsync, cancellationToken);
            return new ClamdConnection(socket, options, time);
        }
        catch (SocketException e)
        {
            throw new ScannerUnavailableException($"No clamd at {address}: {e.SocketErrorCode}.", e);
        }
    }

    /// <summary>Sends all bytes; returns false if the connection is closed. A reply that clamd sent before can then still be read.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            for (var rest = bytes; rest.Length > 0;)
            {
                var part = rest;
                var sent = await Deadline.Of(_options.IdleTimeout, "accept a write", _time, t => _socket.SendAsync(part, t).AsTask(), cancellationToken);
                rest = rest[sent..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Reads one reply up to its zero byte.</summary>
    /// <param name="dueAtOnce">False while clamd may be scanning: then only the caller's deadline limits the wait for the first byte.</param>
    /// <param name="cancellationToken">The caller's deadline.</param>
    public async Task<string> ReceiveAsync(bool dueAtOnce, CancellationToken cancellationToken)
    {
        var reply = new byte[ClamdProtocol.MaxReply];
        var length = 0;
        while (true)
        {
            if (length == reply.Length)
                throw new ScannerUnavailableException($"clamd's reply is longer than {reply.Length} bytes.");

            var received = await ReadAsync(reply.AsMemory(length), dueAtOnce || length > 0, cancellationToken);
            if (received == 0)
                throw new ScannerUnavailableException($"clamd closed the connection after {length} bytes of a reply.");

            length += received;
            if (ClamdProtocol.TextOf(reply.AsSpan(0, length)) is { } text)
                return text;
            if (reply.AsSpan(0, length).Contains((byte)0))
                throw new ScannerUnavailableException("clamd sent more than one reply.");
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReadAsync(Memory<byte> into, bool dueAtOnce, CancellationToken cancellationToken)
    {
        try
        {
            return dueAtOnce
                ? await Deadline.Of(_options.IdleTimeout, "answer", _time, t => _socket.ReceiveAsync(into, t).AsTask(), cancellationToken)
                : await _socket.ReceiveAsync(into, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new ScannerUnavailableException($"The connection to clamd broke while reading: {e.SocketErrorCode}.", e);
        }
    }
}
