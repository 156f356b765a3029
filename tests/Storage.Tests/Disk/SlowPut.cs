using System.Net.Sockets;
using System.Text;

namespace Pipeline.Storage.Tests.Disk;

/// <summary>A PUT whose bytes the test sends piece by piece.</summary>
internal sealed class SlowPut : IDisposable
{
    private readonly TcpClient _client = new();

    public static async Task<SlowPut> BeginAsync(Uri url, int length)
    {
        var put = new SlowPut();
        await put._client.ConnectAsync(url.Host, url.Port);
        await put._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"));
        return put;
    }

    public async Task SendAsync(byte[] bytes) => await _client.GetStream().WriteAsync(bytes);

    /// <summary>The server's response until it closes.</summary>
    public async Task<string> AnswerAsync()
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    public void Dispose() => _client.Dispose();
}
