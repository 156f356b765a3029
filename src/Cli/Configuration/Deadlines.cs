namespace Pipeline.Cli.Configuration;

/// <summary>Every limit in time and in tries, in one place.</summary>
sealed record Deadlines
{
    /// <summary>To open a connection. Default 10 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One request to the API, with its answer. Default 30 s.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the bytes of an upload may stand still; the whole may take as long as it needs. Default 60 s.</summary>
    public TimeSpan UploadStall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait that a Retry-After can ask for; a longer one is cut to this and asked again. Default 2 min.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The wait on a 429 that names none. Default 5 s.</summary>
    public TimeSpan UnnamedRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often one request lets itself be put off. Default 20, enough to queue behind 100 files at 10 a minute.</summary>
    public int PutOffs { get; init; } = 20;

    /// <summary>Tries of a request that can be repeated. Default 4.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Tries of a file's PUT, each with all of its bytes. Default 3.</summary>
    public int UploadTries { get; init; } = 3;

    /// <summary>First wait between tries; doubles, with jitter. Default 300 ms.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>First and longest wait between two looks at an asset. Default 100 ms and 1 s.</summary>
    public TimeSpan FirstPoll { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc cref="FirstPoll" />
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(1);
}
