using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Events;

/// <summary>How long the feed repeats events, and who may listen. Section <c>Events</c>.</summary>
public sealed class EventOptions
{
    public const string Section = "Events";

    /// <summary>Days for which a client can read past events by a cursor. Default 30.</summary>
    [Range(1, 3_660)]
    public int KeepDays { get; set; } = 30;

    /// <summary>Streams that each user may hold open over all instances, and requests that may wait at each. Default 20.</summary>
    [Range(1, 10_000)]
    public int StreamsPerUser { get; set; } = 20;
}

/// <summary>How long timelines are kept. Section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>
    /// Whole months for which events stay in the timelines of their assets. Default 24. Scanner, engine and recipe of what is published stay
    /// with the publication.
    /// </summary>
    [Range(1, 1_200)]
    public int KeepMonths { get; set; } = 24;
}
