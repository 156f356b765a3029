using Microsoft.Extensions.Logging;

namespace Pipeline.Storage;

/// <summary>All log messages of Storage. They contain no access keys of buckets and no signed URLs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The object store failed with {Reason} at try {Attempt}; the next try follows in {Delay}")]
    public static partial void S3RetryComes(this ILogger logger, string reason, int attempt, TimeSpan delay);

    [LoggerMessage(2, LogLevel.Warning, "The store of the area {Area} (`Storage:S3`) fails: {Reason}; this host waits for it and is not ready until it works")]
    public static partial void StoreUnavailable(this ILogger logger, string area, string reason);

    [LoggerMessage(11, LogLevel.Error, "The bucket of the incoming area lets the holder of an upload URL make the file public before it is scanned ({Header}). This host is not ready until the bucket is closed: see 'Uploads stay private' in docs/operations.md")]
    public static partial void UploadsCanBePublic(this ILogger logger, string header);

    [LoggerMessage(12, LogLevel.Information, "The bucket of the incoming area is private now: clients cannot make an upload public")]
    public static partial void UploadsArePrivate(this ILogger logger);

    [LoggerMessage(13, LogLevel.Warning, "The check whether clients can make an upload public failed, since the store did not answer; it is tried again in a minute")]
    public static partial void UploadPrivacyUnknown(this ILogger logger, Exception exception);
}
