namespace Pipeline.Contracts;

/// <summary>The outcome queues and the exchange that chooses between them. Names, numbers and the choice are part of the wire format.</summary>
public static class OutcomeLanes
{
    /// <summary>Most queues.</summary>
    public const int Most = 16;

    /// <summary>Routes by the number of the lane; a number without a queue goes to lane 0.</summary>
    public const string Exchange = "pipeline.outcomes";

    /// <summary>The queues of all lanes that can exist besides lane 0, which always does.</summary>
    public static IReadOnlyList<string> Further { get; } = [.. Enumerable.Range(1, Most - 1).Select(QueueOf)];

    /// <summary>The lane of an asset. All its outcomes take the same lane, so they stay in order.</summary>
    public static int Of(Guid assetId, int lanes) => Shards.Of(assetId) % lanes;

    /// <summary>The routing key of a lane.</summary>
    public static string KeyOf(int lane) => lane.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The queue of a lane. Lane 0 is the queue that installations without lanes have.</summary>
    public static string QueueOf(int lane) => lane == 0 ? QueueNames.Outcomes : $"{QueueNames.Outcomes}-{KeyOf(lane)}";
}
