using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.TestKit;

/// <summary>How a <see cref="FaultProxy"/> treats its connections.</summary>
public enum ProxyMode
{
    /// <summary>Forwards everything.</summary>
    Pass,

    /// <summary>Accepts connections and data and returns nothing; open connections also become silent.</summary>
    Hang,

    /// <summary>Like <see cref="Hang"/>, but the client's data still reaches the server.</summary>
    HoldReplies,

    /// <summary>Resets each connection, including open ones.</summary>
    Reset,

    /// <summary>Reads until a pause and sends <see cref="FaultProxy.Saying"/> instead of the server's reply.</summary>
    Say,
}

/// <summary>A TCP proxy in front of a server on loopback, for any protocol, that injects faults.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    // A request for clamd's version has only a few bytes.
    private const int ShortQuestion = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private volatile ProxyMode _mode;
    private int _connections;

    public FaultProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>The address for clients.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The mode from now on.</summary>
    public ProxyMode Mode
    {
        get => _mode;
        set => _mode = value;
    }

    /// <summary>For <see cref="ProxyMode.Say"/>.</summary>
    public string Saying { get; set; } = "";

    /// <summary>Bytes per second that are forwarded at most; 0 for no limit.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Delay of each reply, except replies to short requests.</summary>
    public TimeSpan ReplyDelay { get; set; }

    /// <summary>Number of connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.RemoveAll(done => done.IsCompleted);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var asked = new Asked();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            if (_mode == ProxyMode.Pass) await server.ConnectAsync(_host, _port, end.Token);
            await Task.WhenAny(PumpAsync(client, server, up: true, asked, end.Token), PumpAsync(server, client, up: false, asked, end.Token)).Unwrap();
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // If one side has closed, close the other side too.
        }

        await end.CancelAsync();
        Reset(client);
    }

    private async Task PumpAsync(Socket from, Socket to, bool up, Asked asked, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            if (_mode == ProxyMode.Reset) throw new IOException("Reset here.");
            if (up && _mode == ProxyMode.Say)
            {
                await AnswerAsync(from, buffer, cancellationToken);
                return;
            }

            if (!Flows(up) || !from.Connected || (from.Available == 0 && !from.Poll(0, SelectMode.SelectRead)))
            {
                await Task.Delay(Look, cancellationToken);
                continue;
            }

            var read = await from.ReceiveAsync(buffer, cancellationToken);
            if (read == 0) return;
            if (up) asked.Bytes += read;
            else if (ReplyDelay > TimeSpan.Zero && asked.Bytes > ShortQuestion) await Task.Delay(ReplyDelay, cancellationToken);
            if (!to.Connected) await to.ConnectAsync(_host, _port, cancellationToken);
            if (BytesPerSecond is > 0 and var rate) await Task.Delay(TimeSpan.FromSeconds((double)read / rate), cancellationToken);
            for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), cancellationToken);
        }
    }

    private bool Flows(bool up) => _mode == ProxyMode.Pass || (up && _mode == ProxyMode.HoldReplies);

    // Read until a pause: an earlier reply would be lost, because a reset closes the connection before the client has read it.
    private async Task AnswerAsync(Socket client, byte[] buffer, CancellationToken cancellationToken)
    {
        do
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            pause.CancelAfter(TimeSpan.FromMilliseconds(200));
            try
            {
                if (await client.ReceiveAsync(buffer, pause.Token) == 0) return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }
        while (true);

        await client.SendAsync(Encoding.ASCII.GetBytes(Saying), cancellationToken);
        client.Shutdown(SocketShutdown.Send);
        while (await client.ReceiveAsync(buffer, cancellationToken) > 0)
        {
            // Until the client closes the connection.
        }
    }

    /// <summary>What the client of one connection has sent so far.</summary>
    private sealed class Asked
    {
        public long Bytes { get; set; }
    }
}
