using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.TestKit;

/// <summary>What a <see cref="FaultProxy"/> does with what comes.</summary>
public enum ProxyMode
{
    /// <summary>Hands everything on.</summary>
    Pass,

    /// <summary>Takes connections and all that is sent, and nothing comes back; what was open falls silent, too.</summary>
    Hang,

    /// <summary>As <see cref="Hang"/>, but what the client sends still arrives.</summary>
    HoldReplies,

    /// <summary>Ends each connection by a reset, also those that are open.</summary>
    Reset,

    /// <summary>Reads to a pause and answers <see cref="FaultProxy.Saying"/> in the server's place.</summary>
    Say,
}

/// <summary>Stands before a server on loopback, whatever it speaks, and spoils the talk as it is told.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    // clamd's version is asked for by a few bytes.
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

    /// <summary>Where clients connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What happens from now on.</summary>
    public ProxyMode Mode
    {
        get => _mode;
        set => _mode = value;
    }

    /// <summary>For <see cref="ProxyMode.Say"/>.</summary>
    public string Saying { get; set; } = "";

    /// <summary>The most that is handed on in a second; 0 for no limit.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>How late each reply to more than a short question is handed on.</summary>
    public TimeSpan ReplyDelay { get; set; }

    /// <summary>Connections that were taken so far.</summary>
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
            // One side is gone, and so is the talk.
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

    // To a pause: whoever answers earlier is cut off by a reset before the client has read it.
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
            // Until the client has had enough.
        }
    }

    /// <summary>What the client of one connection has sent so far.</summary>
    private sealed class Asked
    {
        public long Bytes { get; set; }
    }
}
