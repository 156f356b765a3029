using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pipeline.Assets.Overview;

namespace Pipeline.Assets.Counts;

/// <summary>
/// The state of the whole pipeline in numbers, for metrics and for an operator's overview. One instance counts every
/// <see cref="OperationalCountsSweep.Interval"/>; all others read what it stored.
/// </summary>
public sealed record OperationalCounts
{
    /// <summary>Most rows that one query counts. A number that reaches it means "at least".</summary>
    public const int Most = 10_000;

    /// <summary>When they were counted, by the clock of the instance that counted.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Assets by status. Exact below <see cref="Most"/> assets; above, PostgreSQL's statistics give them.</summary>
    public required IReadOnlyDictionary<AssetStatus, long> Assets { get; init; }

    /// <summary>Whether <see cref="Assets"/> comes from statistics.</summary>
    public required bool AreAssetsEstimated { get; init; }

    /// <summary>The work on each queue, in the order of <see cref="Dispatch.DispatchRequest.Queues"/>.</summary>
    public required IReadOnlyList<QueueWork> Queues { get; init; }

    /// <summary>Assets whose objects are to be compared with their rows now.</summary>
    public required DueWork Cleanup { get; init; }

    /// <summary>Events that have no place in the feed yet.</summary>
    public required DueWork Events { get; init; }

    /// <summary>Deliveries to active webhooks that are due now.</summary>
    public required DueWork Webhooks { get; init; }

    /// <summary>Workers that announced themselves recently.</summary>
    public required int Workers { get; init; }

    /// <summary>Uploads that these workers process at once.</summary>
    public required int UploadPlaces { get; init; }

    /// <summary>Reprocessings that these workers process at once.</summary>
    public required int ReprocessPlaces { get; init; }

    /// <summary>Runs by kind and state; empty in counts of an earlier version.</summary>
    public IReadOnlyList<RunWork> Runs { get; init; } = [];

    /// <summary>What the pipeline needs, by name; empty in counts of earlier versions.</summary>
    public IReadOnlyList<DependencyState> Dependencies { get; init; } = [];

    /// <summary>The counts as they are stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Stored counts; null if another version wrote them in another form.</summary>
    public static OperationalCounts? FromJson(string? json)
    {
        try
        {
            return string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize<OperationalCounts>(json, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The requests of one queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Due">The dispatcher can publish them now.</param>
/// <param name="Scheduled">They wait for the time of their next attempt.</param>
/// <param name="Dispatched">The bus has them, and no worker has begun.</param>
/// <param name="Processing">A worker has begun.</param>
/// <param name="OldestSeconds">For how long the oldest due or dispatched request has waited; 0 without one.</param>
public sealed record QueueWork(string Queue, int Due, int Scheduled, int Dispatched, int Processing, double OldestSeconds);

/// <summary>The runs of one kind in one state.</summary>
/// <param name="Kind">One of <see cref="Pipeline.Assets.Runs.RunKind"/>, or <c>other</c>.</param>
/// <param name="State">One of <see cref="Pipeline.Assets.Runs.RunState"/>.</param>
/// <param name="Count">Their number.</param>
/// <param name="Planned">Assets of those that are running or paused; 0 in other states, like the numbers that follow.</param>
/// <param name="Fed">Assets that they have started or skipped.</param>
/// <param name="Failed">Assets that failed or were rejected.</param>
/// <param name="Waiting">The runs that start nothing at the moment, by one of <see cref="Pipeline.Assets.Runs.RunWait"/>.</param>
public sealed record RunWork(string Kind, string State, int Count, long Planned, long Fed, long Failed, IReadOnlyDictionary<string, int> Waiting);

/// <summary>Rows that are due.</summary>
/// <param name="Count">Their number.</param>
/// <param name="OldestSeconds">For how long the oldest one has been due; 0 without one.</param>
public sealed record DueWork(int Count, double OldestSeconds);

/// <summary>The one row that holds the last counts, and the claim of the instance that counts.</summary>
public sealed class StoredCounts
{
    public const int OnlyId = 1;

    public int Id { get; init; }

    /// <summary>When an instance last began to count.</summary>
    public DateTimeOffset ClaimedAt { get; private set; }

    /// <summary>JSON of the <see cref="OperationalCounts"/>; null before the first count.</summary>
    public string? Counts { get; private set; }

    internal static void Configure(EntityTypeBuilder<StoredCounts> counts)
    {
        counts.ToTable("operational_counts");
        counts.HasKey(c => c.Id);
        counts.Property(c => c.Id).ValueGeneratedNever();
        counts.HasData(new StoredCounts { Id = OnlyId });
    }
}
