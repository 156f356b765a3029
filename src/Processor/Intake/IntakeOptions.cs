using System.ComponentModel.DataAnnotations;

namespace Pipeline.Processor.Intake;

/// <summary>How much a worker takes at once. Section <c>Processor:Intake</c>.</summary>
public sealed class IntakeOptions
{
    public const string Section = "Processor:Intake";

    /// <summary>Uploads in work at once. Default: one for each core, since an image keeps a core busy.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>Reprocessings in work at once, beside the uploads. Default 1, so that a mass reprocess leaves room for people who wait.</summary>
    [Range(1, 256)]
    public int ReprocessConcurrency { get; set; } = 1;

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
