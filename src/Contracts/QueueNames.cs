namespace Pipeline.Contracts;

/// <summary>The queues by name: part of the wire format, and never derived from a class name.</summary>
public static class QueueNames
{
    /// <summary>Uploads that a person waits for.</summary>
    public const string Uploads = "processor-uploads";

    /// <summary>Reprocessings, which nobody waits for.</summary>
    public const string Reprocess = "processor-reprocess";

    /// <summary>Requests whose last attempt killed a worker; processed one at a time.</summary>
    public const string Suspects = "processor-suspects";

    /// <summary>Scans of published originals with newer signatures; uploads and reprocessings come first.</summary>
    public const string Rescans = "processor-rescans";

    /// <summary>Outcomes that the workers report.</summary>
    public const string Outcomes = "upload-api-outcomes";

    /// <summary>Announcements of the workers' profiles and concurrency.</summary>
    public const string Profiles = "upload-api-profiles";

    /// <summary>Requests that were dead-lettered after too many deliveries without an acknowledgement: their workers died.</summary>
    public const string Poison = "upload-api-poison";
}
