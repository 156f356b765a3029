namespace Pipeline.Client;

/// <summary>Where the server is, and who asks.</summary>
public sealed class PipelineClientOptions
{
    /// <summary>The address of the server, such as <c>https://uploads.example.com</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>
    /// Returns the token of the user; it is asked before each request, so that it can renew an old token. It is sent to the server only, never to
    /// the object store.
    /// </summary>
    public required Func<CancellationToken, ValueTask<string?>> Token { get; init; }

    /// <summary>Timeouts and numbers of attempts.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>Called when a request waits because the server asked for it; null for no notice.</summary>
    public Action<RequestWait>? Waiting { get; init; }

    /// <summary>
    /// Sends the requests; null for a client of its own, which follows no redirect, because a redirect would send the token or a photo elsewhere.
    /// It must have no timeout for whole requests: uploads take as long as they take.
    /// </summary>
    public HttpClient? Http { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
