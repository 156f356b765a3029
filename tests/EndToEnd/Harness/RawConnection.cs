using System.Globalization;
using System.Net.Sockets;

namespace Pipeline.EndToEnd.Harness;

/// <summary>A client whose writes and reads the test controls.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly TcpClient _client = new() { ReceiveTimeout = (int)Timeout.TotalMilliseconds };
    private Stream? _stream;

    // Kept, because a closed socket has no address any more, although data may remain to be read.
    private Stream Stream => _stream ??= _client.GetStream();

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    public async Task SendAsync(string text) => await SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await Stream.WriteAsync(bytes);

    /// <summary>Reads exactly one response.</summary>
    public async Task<RawAnswer> AnswerAsync()
    {
        var head = await LinesAsync();
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new StringBuilder();
        if (headers.TryGetValue("Content-Length", out var length)) body.Append(await ExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture)));
        else if (headers.ContainsKey("Transfer-Encoding")) await ChunksAsync(body);
        return new RawAnswer(int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body.ToString());
    }

    /// <summary>Reads the lines before the body, as they are.</summary>
    public async Task<IReadOnlyList<string>> HeadAsync() => await LinesAsync();

    /// <summary>Stops sending, and reports whether the server closes the connection without another byte; by a reset if it still expected a body.</summary>
    public async Task<bool> IsClosedAsync()
    {
        var stream = Stream;
        try
        {
            _client.Client.Shutdown(SocketShutdown.Send);
            return await stream.ReadAsync(new byte[1]) == 0;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return true;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task ChunksAsync(StringBuilder body)
    {
        for (; ; )
        {
            var size = int.Parse(await LineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(await ExactlyAsync(size));
            await LineAsync();
            if (size == 0) return;
        }
    }

    private async Task<List<string>> LinesAsync()
    {
        var lines = new List<string>();
        for (var line = await LineAsync(); line.Length > 0; line = await LineAsync()) lines.Add(line);
        return lines;
    }

    private async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        do line.Append(await ExactlyAsync(1));
        while (line is not [.., '\r', '\n']);
        return line.ToString(0, line.Length - 2);
    }

    private async Task<string> ExactlyAsync(int count)
    {
        var bytes = new byte[count];
        using var limit = new CancellationTokenSource(Timeout);
        await Stream.ReadExactlyAsync(bytes, limit.Token);
        return Encoding.UTF8.GetString(bytes);
    }
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
