using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Operations.Alerts;

/// <summary>Stands before clamd and answers for its version, as a clamd would whose freshclam has stopped some days ago.</summary>
internal sealed class AgedClamd : IAsyncDisposable
{
    private static readonly byte[] Version = Encoding.ASCII.GetBytes("zVERSION\0");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly DnsEndPoint _clamd;
    private readonly Task _accepting;

    public AgedClamd(Uri clamd)
    {
        _clamd = new DnsEndPoint(clamd.Host, clamd.Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How old its signatures are.</summary>
    public TimeSpan Age { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        using var client = new NetworkStream(accepted, ownsSocket: true);
        try
        {
            var first = new byte[16 * 1024];
            var read = await client.ReadAsync(first, _stop.Token);
            if (first.AsSpan(0, read).StartsWith(Version))
            {
                var at = (TimeProvider.System.GetUtcNow() - Age).ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture);
                await client.WriteAsync(Encoding.ASCII.GetBytes($"ClamAV 1.0.7/27500/{at}\0"), _stop.Token);
                return;
            }

            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(_clamd, _stop.Token);
            using var server = new NetworkStream(socket);
            await server.WriteAsync(first.AsMemory(0, read), _stop.Token);
            await Task.WhenAny(client.CopyToAsync(server, _stop.Token), server.CopyToAsync(client, _stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // One side has ended; so does the other.
        }
    }
}
