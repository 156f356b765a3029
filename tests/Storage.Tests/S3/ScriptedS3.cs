using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

/// <summary>A server that sends exactly the bytes that a test sets, and ends the connection as set.</summary>
internal sealed class ScriptedS3 : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ScriptedRequest, ScriptedAnswer> _script;
    private int _count;

    /// <param name="script">Answers each request; request numbers start at 1.</param>
    public ScriptedS3(Func<ScriptedRequest, ScriptedAnswer> script)
    {
        _script = script;
        _listener.Start();
        _ = AcceptAsync();
    }

    public ConcurrentQueue<ScriptedRequest> Requests { get; } = new();

    public S3ObjectStore Store(S3StorageOptions? options = null)
    {
        options ??= new S3StorageOptions { RetryDelay = TimeSpan.FromMilliseconds(1) };
        var area = S3Server.Area with { ServiceUrl = new Uri($"http://{_listener.LocalEndpoint}") };
        return new S3ObjectStore(new S3Connection(area, options), area, options, TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        try
        {
            while (await ReceiveAsync(socket) is { } request)
            {
                Requests.Enqueue(request);
                var answer = _script(request);
                await socket.SendAsync(answer.Bytes, _stop.Token);
                if (answer.Then == Then.Hang) await Task.Delay(Timeout.Infinite, _stop.Token);
                if (answer.Then == Then.Reset) socket.LingerState = new LingerOption(true, 0);
                if (answer.Then != Then.GoOn) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client disconnected, or the test is over.
        }
    }

    private async Task<ScriptedRequest?> ReceiveAsync(Socket socket)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!EndsWithBlankLine(head))
        {
            if (await socket.ReceiveAsync(one, _stop.Token) == 0) return null;
            head.Add(one[0]);
        }

        var text = Encoding.ASCII.GetString([.. head]);
        var request = new ScriptedRequest(Interlocked.Increment(ref _count), text, []);
        var body = new byte[int.Parse(request["Content-Length"] ?? "0", CultureInfo.InvariantCulture)];
        for (var got = 0; got < body.Length;)
        {
            var read = await socket.ReceiveAsync(body.AsMemory(got), _stop.Token);
            if (read == 0) return null;
            got += read;
        }

        return request with { Body = body };
    }

    private static bool EndsWithBlankLine(List<byte> head) => head is [.., 13, 10, 13, 10];
}

internal sealed record ScriptedRequest(int Number, string Head, byte[] Body)
{
    public string Method => Head[..Head.IndexOf(' ', StringComparison.Ordinal)];

    public string? this[string header] => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(header + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(header.Length + 1)..].Trim())
        .FirstOrDefault();
}

/// <summary>The end of a response.</summary>
internal enum Then
{
    GoOn,
    Close,
    Reset,
    Hang,
}

internal sealed record ScriptedAnswer(byte[] Bytes, Then Then = Then.GoOn)
{
    public static ScriptedAnswer Silence { get; } = new([], Then.Hang);

    public static ScriptedAnswer Cut { get; } = new([], Then.Reset);

    /// <summary>A whole response, or the beginning of one with a larger declared length.</summary>
    public static ScriptedAnswer Of(int status, string body = "", string headers = "", int? length = null, Then then = Then.GoOn) =>
        new(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} x\r\nContent-Length: {length ?? body.Length}\r\n{headers}\r\n{body}"), then);

    public static ScriptedAnswer Fault(int status, string code) => Of(status, $"<Error><Code>{code}</Code><Message>m</Message></Error>");
}
