using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Dispatch;

/// <summary>How requests reach the bus and what happens to those that get no answer. Section <c>Dispatch</c>.</summary>
public sealed class DispatchOptions
{
    public const string Section = "Dispatch";

    /// <summary>
    /// Requests of one owner that are with the bus and the workers at a time, counted for uploads and for reprocessings each; more wait in the
    /// table. Default: as many as the workers that are heard of have places, less one for each worker. So whoever sends without pause uses all
    /// cores while nobody else waits, and anybody else finds a free place. A number that is not below all places together has others wait.
    /// </summary>
    [Range(1, 100_000)]
    public int? InWorkPerOwner { get; set; }

    /// <summary>Seconds between two looks for what was missed. Default 5. A confirm is dispatched at once; this is the safety net.</summary>
    [Range(1, 3600)]
    public int SweepSeconds { get; set; } = 5;

    /// <summary>Seconds that one publish to the bus may take. Default 10. A frozen broker must not freeze the API.</summary>
    [Range(1, 300)]
    public int PublishTimeoutSeconds { get; set; } = 10;

    /// <summary>Tries of one revision before it is failed. Default 6.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 6;

    /// <summary>Seconds before the second attempt; doubled for each one more. Default 30.</summary>
    [Range(1, 86_400)]
    public int RetryMinSeconds { get; set; } = 30;

    /// <summary>Longest wait between two attempts in seconds. Default 3,600.</summary>
    [Range(1, 86_400)]
    public int RetryMaxSeconds { get; set; } = 3_600;

    /// <summary>Seconds without a message after which a worker counts as dead. Default 300.</summary>
    [Range(5, 86_400)]
    public int SilenceSeconds { get; set; } = 300;

    /// <summary>Seconds after which a request that no worker has taken is given to the bus again, if its queue is empty. Default 600.</summary>
    [Range(5, 86_400)]
    public int UntakenSeconds { get; set; } = 600;
}
