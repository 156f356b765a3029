namespace Pipeline.Assets.Purging;

/// <summary>The caches between the public area and browsers, such as a CDN.</summary>
public interface ICachePurge
{
    /// <summary>Most URLs in one call.</summary>
    int MaxUrls { get; }

    /// <summary>False if there is no cache to purge; then <see cref="PurgeAsync"/> is never called.</summary>
    bool IsNeeded { get; }

    /// <summary>Has the caches forget these URLs.</summary>
    /// <exception cref="HttpRequestException">The outcome is unknown; the caller tries again.</exception>
    Task<PurgeResult> PurgeAsync(IReadOnlyList<Uri> urls, CancellationToken cancellationToken);
}

/// <summary>How a purge ended.</summary>
public abstract record PurgeResult
{
    private PurgeResult()
    {
    }

    /// <summary>The caches have forgotten the URLs, or are about to.</summary>
    public sealed record Purged : PurgeResult;

    /// <summary>The cache did not accept the request.</summary>
    /// <param name="Why">For the log. Holds no secret.</param>
    /// <param name="RetryAfter">How long the cache asks to wait; null for nothing.</param>
    public sealed record Refused(string Why, TimeSpan? RetryAfter = null) : PurgeResult;
}

/// <summary>No cache is configured.</summary>
internal sealed class NoCache : ICachePurge
{
    public int MaxUrls => 1;

    public bool IsNeeded => false;

    public Task<PurgeResult> PurgeAsync(IReadOnlyList<Uri> urls, CancellationToken cancellationToken) => Task.FromResult<PurgeResult>(new PurgeResult.Purged());
}
