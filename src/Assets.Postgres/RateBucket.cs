namespace Pipeline.Assets.Postgres;

/// <summary>The requests of one kind that a user has left; a missing row counts as a full bucket.</summary>
internal sealed class RateBucket
{
    public required string Kind { get; init; }

    public required string TenantId { get; init; }

    public required string UserId { get; init; }

    /// <summary>-1 if the last request was refused.</summary>
    public int Left { get; init; }

    /// <summary>Time of the last refill, by the database's clock.</summary>
    public DateTimeOffset FilledAt { get; init; }
}
