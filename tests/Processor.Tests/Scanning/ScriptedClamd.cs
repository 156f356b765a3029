using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

/// <summary>A server that replies to VERSION and PING like clamd, and to INSTREAM as a test sets it.</summary>
public sealed class ScriptedClamd : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Func<Socket, CancellationToken, Task> _onStream;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _served = [];
    private readonly Task _accepting;

    public ScriptedClamd(Func<Socket, CancellationToken, Task> onStream, EndPoint? endPoint = null)
    {
        _onStream = onStream;
        endPoint ??= new IPEndPoint(IPAddress.Loopback, 0);
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(endPoint);
        _listener.Listen(8);
        _accepting = AcceptAsync();
    }

    public string Version { get; init; } = "ClamAV 1.4.6/27500/Mon Nov  3 09:12:01 2025";

    /// <summary>Number of VERSION requests.</summary>
    public int VersionsAsked { get; private set; }

    public ClamdOptions Options => new()
    {
        Address = _listener.LocalEndPoint is IPEndPoint ip ? $"tcp://127.0.0.1:{ip.Port}" : $"unix://{_listener.LocalEndPoint}",
        ConnectTimeout = TimeSpan.FromSeconds(10),
        IdleTimeout = TimeSpan.FromSeconds(10),
        ScanTimeout = TimeSpan.FromSeconds(10),
        ChunkSize = 1000,
    };

    /// <summary>Reads a whole stream like clamd, and returns its bytes.</summary>
    public static async Task<byte[]> TakeAllAsync(Socket socket, CancellationToken cancellationToken)
    {
        var all = new List<byte>();
        var stream = new NetworkStream(socket);
        var header = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(header, cancellationToken);
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header);
            if (length == 0)
                return [.. all];
            var chunk = new byte[length];
            await stream.ReadExactlyAsync(chunk, cancellationToken);
            all.AddRange(chunk);
        }
    }

    /// <summary>A script: read everything, then send these bytes and close.</summary>
    public static Func<Socket, CancellationToken, Task> Reply(string bytes) => async (socket, token) =>
    {
        await TakeAllAsync(socket, token);
        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), token);
    };

    public ClamdScanner Scanner(Action<ClamdOptions>? change = null)
    {
        var options = Options;
        change?.Invoke(options);
        return new ClamdScanner(Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_served);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _served.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                switch (await CommandAsync(socket))
                {
                    case "zVERSION":
                        VersionsAsked++;
                        await socket.SendAsync(Encoding.Latin1.GetBytes(Version + "\0"), _stop.Token);
                        break;
                    case "zPING":
                        await socket.SendAsync("PONG\0"u8.ToArray(), _stop.Token);
                        break;
                    case "zINSTREAM":
                        await _onStream(socket, _stop.Token);
                        break;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // The scanner closed the connection, as it may at any point of a script.
            }
        }
    }

    private async Task<string> CommandAsync(Socket socket)
    {
        var command = new StringBuilder();
        var one = new byte[1];
        while (await socket.ReceiveAsync(one, _stop.Token) == 1 && one[0] != 0)
            command.Append((char)one[0]);
        return command.ToString();
    }
}
