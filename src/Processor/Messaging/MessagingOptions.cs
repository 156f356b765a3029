using System.ComponentModel.DataAnnotations;

namespace Pipeline.Processor.Messaging;

/// <summary>How many requests a worker processes at once. Section <c>Processor:Messaging</c>.</summary>
public sealed class MessagingOptions
{
    public const string Section = "Processor:Messaging";

    /// <summary>
    /// Uploads in work at once. Default: one for each core, since an image keeps a core busy, and one more. One place of each worker is free of
    /// whoever fills all others, see <c>Dispatch:InWorkPerOwner</c>; a single worker with 1 has none.
    /// </summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = Environment.ProcessorCount + 1;

    /// <summary>
    /// Reprocessings in work at once, beside the uploads. Default 2, of which one owner gets 1: so a mass reprocess leaves room for people who
    /// wait, and for the reprocessings of others.
    /// </summary>
    [Range(1, 256)]
    public int ReprocessConcurrency { get; set; } = 2;

    /// <summary>Seconds that one publish to the bus may take. Default 30.</summary>
    [Range(1, 300)]
    public int PublishTimeoutSeconds { get; set; } = 30;

    /// <summary>
    /// Seconds between two signs of life of an asset that a worker has in hand. Default 60. Two of them must fit into half of the API's
    /// <c>Dispatch:SilenceSeconds</c> (300), or live workers count as lost.
    /// </summary>
    [Range(1, 3600)]
    public int HeartbeatSeconds { get; set; } = 60;
}
