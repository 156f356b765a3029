namespace Pipeline.Assets.Postgres;

/// <summary>How many requests of one kind a user has left; a row that is not there stands for all of them.</summary>
internal sealed class RateBucket
{
    public required string Kind { get; init; }

    public required string UserId { get; init; }

    /// <summary>-1 where the last request found none.</summary>
    public int Left { get; init; }

    /// <summary>When some came back last, by the database's clock.</summary>
    public DateTimeOffset FilledAt { get; init; }
}
