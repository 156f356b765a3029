namespace Pipeline.Contracts;

/// <summary>The queues by name: part of the wire format, and never derived from a class name.</summary>
public static class QueueNames
{
    /// <summary>Uploads of people who wait.</summary>
    public const string Uploads = "processor-uploads";

    /// <summary>Reprocessings, which may take their time.</summary>
    public const string Reprocess = "processor-reprocess";

    /// <summary>Requests whose last attempt cost a worker its life, one at a time.</summary>
    public const string Suspects = "processor-suspects";

    /// <summary>Outcomes that the workers report.</summary>
    public const string Outcomes = "upload-api-outcomes";

    /// <summary>What the workers' profiles are.</summary>
    public const string Profiles = "upload-api-profiles";

    /// <summary>Requests that were delivered too often without an end: their workers died.</summary>
    public const string Poison = "upload-api-poison";
}
