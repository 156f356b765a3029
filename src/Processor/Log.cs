using Microsoft.Extensions.Logging;

namespace Pipeline.Processor;

/// <summary>The worker's log messages. They contain ids and reasons only: no file names, no signed URLs.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Warning, "Asset {AssetId}, revision {Revision}, attempt {Attempt} failed with {Code}")]
    public static partial void AttemptFailed(this ILogger logger, Exception exception, Guid assetId, int revision, int attempt, string code);

    [LoggerMessage(104, LogLevel.Warning, "The bus did not accept the announcement of this worker's profiles; it is published again in {Seconds} s")]
    public static partial void AnnouncementFailed(this ILogger logger, Exception exception, double seconds);

    [LoggerMessage(105, LogLevel.Warning, "The profile {Profile} cannot be used")]
    public static partial void ProfileUnusable(this ILogger logger, Exception exception, string profile);

    [LoggerMessage(107, LogLevel.Information, "Asset {AssetId}, revision {Revision}, attempt {Attempt}: {Outcome}, {Bytes} bytes, {Milliseconds} ms ({Steps})")]
    public static partial void Processed(this ILogger logger, Guid assetId, int revision, int attempt, string outcome, long bytes, long milliseconds, string steps);

    [LoggerMessage(106, LogLevel.Information, "The bus did not accept a heartbeat of asset {AssetId}, revision {Revision}; the next one follows")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception, Guid assetId, int revision);

    [LoggerMessage(111, LogLevel.Warning, "Asset {AssetId} could not be scanned again for run {RunId}, attempt {Attempt}")]
    public static partial void RescanFailed(this ILogger logger, Exception exception, Guid assetId, Guid runId, int attempt);

    [LoggerMessage(109, LogLevel.Warning, "The check {Check} of this worker failed")]
    public static partial void WorkerCheckFailed(this ILogger logger, Exception exception, string check);

    [LoggerMessage(108, LogLevel.Information, "The bus did not accept the message that this worker stops; its concurrency is counted for some minutes more")]
    public static partial void StopAnnouncementFailed(this ILogger logger, Exception exception);
}
