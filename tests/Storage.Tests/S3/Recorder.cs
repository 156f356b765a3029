using System.Collections.Concurrent;

namespace Pipeline.Storage.Tests.S3;

/// <summary>Records the headers of every request.</summary>
internal sealed class Recorder() : DelegatingHandler(new SocketsHttpHandler())
{
    public ConcurrentQueue<string> Requests { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? [])
            .Select(header => $"{header.Key.ToLowerInvariant()}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal);
        Requests.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}\n{string.Join('\n', headers)}");
        return await base.SendAsync(request, cancellationToken);
    }
}
