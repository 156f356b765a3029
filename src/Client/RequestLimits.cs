namespace Pipeline.Client;

/// <summary>Timeouts and numbers of attempts.</summary>
public sealed record RequestLimits
{
    /// <summary>Timeout for opening a connection. Default 10 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Timeout for one API request with its answer. Default 30 s.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time without progress in an upload; the whole upload has no limit. Default 60 s.</summary>
    public TimeSpan UploadStall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for one Retry-After; a longer one is cut to this, then the request is sent again. Default 2 min.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Wait after a 429 without Retry-After. Default 5 s.</summary>
    public TimeSpan UnnamedRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often one attempt waits because the server asks for it. Default 20, enough to queue behind 100 files at 10 a minute.
    /// </summary>
    public int PutOffs { get; init; } = 20;

    /// <summary>Attempts of an idempotent request. Default 4.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Attempts of a file's PUT, each with all of its bytes. Default 3.</summary>
    public int UploadTries { get; init; } = 3;

    /// <summary>First wait between attempts; doubles, with jitter. Default 300 ms.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>First wait between two polls of an asset. Default 100 ms.</summary>
    public TimeSpan FirstPoll { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two polls of an asset. Default 1 s.</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(1);
}
