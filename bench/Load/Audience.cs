using System.Net.Http.Headers;

namespace Pipeline.Bench.Load;

/// <summary>The readers of many streams.</summary>
internal sealed class Audience : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _readers = [];
    private long _messages;
    private int _lost;

    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Streams that ended although the token is still valid.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public async Task OpenAsync(Uri api, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, "/api/events/stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode) throw new BenchException($"The API answered {(int)response.StatusCode} to a stream.");
        var reader = ReadAsync(response);
        lock (_readers) _readers.Add(reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_readers);
        _http.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            try
            {
                await using var body = await response.Content.ReadAsStreamAsync(_end.Token);
                using var lines = new StreamReader(body);
                while (await lines.ReadLineAsync(_end.Token) is { } line)
                    if (line.StartsWith("data:", StringComparison.Ordinal)) Interlocked.Increment(ref _messages);
                Interlocked.Increment(ref _lost);
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                // The run is over.
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                Interlocked.Increment(ref _lost);
            }
        }
    }
}
