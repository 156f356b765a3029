using System.ComponentModel.DataAnnotations;

namespace Pipeline.Processor.Messaging;

/// <summary>How many requests a worker processes at once. Section <c>Processor:Messaging</c>.</summary>
public sealed class MessagingOptions
{
    public const string Section = "Processor:Messaging";

    /// <summary>
    /// Uploads processed at once. Default: the number of cores plus 1, because one image keeps one core busy. One owner cannot fill the last
    /// place of a worker, see <c>Dispatch:InWorkPerOwner</c>; a single worker with the value 1 has no such place.
    /// </summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = Environment.ProcessorCount + 1;

    /// <summary>
    /// Reprocessings processed at once, in addition to the uploads. Default 2, of which one owner gets 1: a mass reprocess then leaves capacity
    /// for uploads and for the reprocessings of other owners.
    /// </summary>
    [Range(1, 256)]
    public int ReprocessConcurrency { get; set; } = 2;

    /// <summary>Seconds that one publish to the bus may take. Default 30.</summary>
    [Range(1, 300)]
    public int PublishTimeoutSeconds { get; set; } = 30;

    /// <summary>
    /// Seconds between two heartbeats of an asset that a worker holds. Default 60. Two intervals must fit into half of the API's
    /// <c>Dispatch:SilenceSeconds</c> (300), or live workers count as lost.
    /// </summary>
    [Range(1, 3600)]
    public int HeartbeatSeconds { get; set; } = 60;
}
