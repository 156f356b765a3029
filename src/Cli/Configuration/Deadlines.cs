namespace Pipeline.Cli.Configuration;

/// <summary>All timeouts and retry limits, in one place.</summary>
sealed record Deadlines
{
    /// <summary>Those of single requests and uploads.</summary>
    public RequestLimits Requests { get; init; } = new();

    /// <summary>How long the server may wait for the next event before it answers. Default 20 s.</summary>
    public TimeSpan EventWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Timeout for the answer to a forwarded event, as the server's webhooks have. Default 15 s.</summary>
    public TimeSpan Forward { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The rest of this time after Ctrl-C. Default 2 s.</summary>
    public TimeSpan ForwardWhenStopped { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>First and longest wait until <c>listen</c> connects again, to the server or to the program; doubles. Default 1 s and 10 s.</summary>
    public TimeSpan FirstReconnect { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="FirstReconnect" />
    public TimeSpan LongestReconnect { get; init; } = TimeSpan.FromSeconds(10);
}
