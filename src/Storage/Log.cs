using Microsoft.Extensions.Logging;

namespace Pipeline.Storage;

/// <summary>All that Storage logs. No keys of buckets, no signed URLs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The object store failed with {Reason}; try {Attempt} failed, the next comes in {Delay}")]
    public static partial void S3RetryComes(this ILogger logger, string reason, int attempt, TimeSpan delay);

    [LoggerMessage(2, LogLevel.Warning, "The store of the area {Area} (`Storage:S3`) does not answer as it should: {Reason}; this host waits for it and is not ready until then")]
    public static partial void StoreIsAway(this ILogger logger, string area, string reason);
}
