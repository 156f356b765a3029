using System.Collections.Concurrent;

namespace Pipeline.Operations.Upgrade;

/// <summary>A balancer before the APIs, as a proxy of an operator: it sends requests to each in turn, and nothing more to one that is about to stop.</summary>
internal sealed class Balancer() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private List<Backend> _backends = [];
    private int _turn;

    /// <summary>Any address: the balancer replaces it.</summary>
    public static Uri Address { get; } = new("http://pipeline.invalid/");

    /// <summary>Answers of 500 and above, and requests without an answer.</summary>
    public IReadOnlyCollection<string> Faults => [.. _faults];

    public void Add(Uri api)
    {
        lock (_gate) _backends = [.. _backends, new Backend(api)];
    }

    /// <summary>Returns once the API answers no request any more.</summary>
    public async Task RemoveAsync(Uri api)
    {
        Backend leaving;
        lock (_gate)
        {
            leaving = _backends.Single(backend => backend.Api == api);
            _backends = [.. _backends.Where(backend => backend != leaving)];
        }

        while (Volatile.Read(ref leaving.Requests) > 0) await Task.Delay(Look);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var backend = Take();
        request.RequestUri = new Uri(backend.Api, request.RequestUri!.PathAndQuery);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            if ((int)response.StatusCode >= 500) _faults.Enqueue($"{request.Method} {request.RequestUri.AbsolutePath}: {(int)response.StatusCode}");
            return response;
        }
        catch (HttpRequestException e)
        {
            _faults.Enqueue($"{request.Method} {request.RequestUri.AbsolutePath}: {e.Message}");
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref backend.Requests);
        }
    }

    private Backend Take()
    {
        lock (_gate)
        {
            var backend = _backends[(int)((uint)_turn++ % (uint)_backends.Count)];
            backend.Requests++;
            return backend;
        }
    }

    private sealed class Backend(Uri api)
    {
        public readonly Uri Api = api;

        public int Requests;
    }
}
