using Microsoft.Extensions.Logging;

namespace Pipeline.Storage;

/// <summary>All log messages of Storage. They contain no access keys of buckets and no signed URLs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The object store failed with {Reason}; try {Attempt} failed, the next comes in {Delay}")]
    public static partial void S3RetryComes(this ILogger logger, string reason, int attempt, TimeSpan delay);

    [LoggerMessage(2, LogLevel.Warning, "The store of the area {Area} (`Storage:S3`) does not answer as it should: {Reason}; this host waits for it and is not ready until then")]
    public static partial void StoreIsAway(this ILogger logger, string area, string reason);

    [LoggerMessage(11, LogLevel.Error, "The bucket of the incoming area lets whoever holds an upload URL make the file public before it is scanned ({Header}). This host is not ready until the bucket is closed: see 'Uploads stay private' in docs/operations.md")]
    public static partial void UploadsCanBePublic(this ILogger logger, string header);

    [LoggerMessage(12, LogLevel.Information, "The bucket of the incoming area is closed now: nobody can make an upload public")]
    public static partial void UploadsArePrivate(this ILogger logger);

    [LoggerMessage(13, LogLevel.Warning, "Whether an upload can be made public is not known, since the store did not answer; it is tried again in a minute")]
    public static partial void UploadPrivacyUnknown(this ILogger logger, Exception exception);
}
