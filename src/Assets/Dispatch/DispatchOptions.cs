using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Dispatch;

/// <summary>How requests are published, retried and rescued. Section <c>Dispatch</c>.</summary>
public sealed class DispatchOptions
{
    public const string Section = "Dispatch";

    /// <summary>
    /// Most requests of one owner that the bus and the workers hold at a time, counted separately for uploads and reprocessings; the rest
    /// wait in the table. Default: the total concurrency of the active workers, less one for each worker. So an owner who sends without
    /// pause uses all cores while nobody else waits, and any other owner finds a free slot. A value at or above the total concurrency lets
    /// one owner delay the others.
    /// </summary>
    [Range(1, 100_000)]
    public int? InWorkPerOwner { get; set; }

    /// <summary>
    /// Seconds between two runs of the sweeps for due rows in each instance. Default 5. A confirm is dispatched at once; the sweeps find
    /// missed requests. Expired uploads and lost workers are looked for at four times this interval, by one instance.
    /// </summary>
    [Range(1, 3600)]
    public int SweepSeconds { get; set; } = 5;

    /// <summary>Seconds that one publish to the bus may take. Default 10. A frozen broker must not freeze the API.</summary>
    [Range(1, 300)]
    public int PublishTimeoutSeconds { get; set; } = 10;

    /// <summary>Attempts of one revision before it fails. Default 6.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 6;

    /// <summary>Seconds before the second attempt; doubled for each further attempt. Default 30.</summary>
    [Range(1, 86_400)]
    public int RetryMinSeconds { get; set; } = 30;

    /// <summary>Longest wait between two attempts in seconds. Default 3,600.</summary>
    [Range(1, 86_400)]
    public int RetryMaxSeconds { get; set; } = 3_600;

    /// <summary>Seconds without a message after which a worker counts as dead. Default 300.</summary>
    [Range(5, 86_400)]
    public int SilenceSeconds { get; set; } = 300;

    /// <summary>Seconds after which a request that no worker has accepted is published again, if its queue is empty. Default 600.</summary>
    [Range(5, 86_400)]
    public int UntakenSeconds { get; set; } = 600;
}
