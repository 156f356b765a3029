namespace Pipeline.Assets.RateLimiting;

/// <summary>How many requests of one kind a user may send.</summary>
/// <param name="PerMinute">So many come back each minute.</param>
/// <param name="Burst">So many beyond these can be saved up by who sends less.</param>
public sealed record RateAllowance(int PerMinute, int Burst)
{
    /// <summary>Requests in a full bucket.</summary>
    public int Most => PerMinute + Burst;
}

/// <summary>What became of one request.</summary>
/// <param name="IsAllowed">Whether it may go on.</param>
/// <param name="Remaining">How many may follow at once.</param>
/// <param name="ResetSeconds">Seconds until further ones come back, 1 to 60.</param>
public sealed record RateGrant(bool IsAllowed, int Remaining, int ResetSeconds);

/// <summary>
/// A bucket of requests for each user and kind, full at first. Whole minutes after the first request that found it full, so many fall into it as
/// one minute allows. Where several instances of the API share a database, they share the buckets.
/// </summary>
public interface IRateBuckets
{
    /// <summary>Takes one request out, if there is one.</summary>
    ValueTask<RateGrant> TakeAsync(string kind, string userId, RateAllowance allowance, CancellationToken cancellationToken);

    /// <summary>Forgets the buckets of this kind that are full again: one that is not there counts as full.</summary>
    ValueTask ForgetFullAsync(string kind, RateAllowance allowance, CancellationToken cancellationToken);
}
