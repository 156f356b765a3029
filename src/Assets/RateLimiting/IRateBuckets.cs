namespace Pipeline.Assets.RateLimiting;

/// <summary>How many requests of one kind a user may send.</summary>
/// <param name="PerMinute">Requests that are refilled each minute.</param>
/// <param name="Burst">Additional requests that a user can save up by sending fewer.</param>
public sealed record RateAllowance(int PerMinute, int Burst)
{
    /// <summary>Requests in a full bucket.</summary>
    public int Most => PerMinute + Burst;
}

/// <summary>The result for one request, or for several that are taken together.</summary>
/// <param name="IsAllowed">Whether the request may proceed.</param>
/// <param name="Remaining">How many more requests may follow at once.</param>
/// <param name="ResetSeconds">Seconds until the next refill, 1 to 60.</param>
public sealed record RateGrant(bool IsAllowed, int Remaining, int ResetSeconds);

/// <summary>
/// Token buckets, one for each user and kind of request, full at first. Each whole minute after the first request to a full bucket refills
/// it by the requests of one minute. API instances that share a database share the buckets.
/// </summary>
public interface IRateBuckets
{
    /// <summary>Takes this many requests out of the bucket; none of them if fewer are left.</summary>
    /// <param name="kind">The kind of requests.</param>
    /// <param name="caller">Owns the bucket.</param>
    /// <param name="allowance">The size of the bucket.</param>
    /// <param name="requests">1 to <see cref="RateAllowance.Most"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<RateGrant> TakeAsync(string kind, Caller caller, RateAllowance allowance, int requests, CancellationToken cancellationToken);

    /// <summary>Removes the full buckets of this kind; a missing bucket counts as full.</summary>
    ValueTask ForgetFullAsync(string kind, RateAllowance allowance, CancellationToken cancellationToken);
}
