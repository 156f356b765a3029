using Microsoft.Extensions.Logging;

namespace Pipeline.UploadApi;

/// <summary>All log messages of UploadApi. Ids and reasons only: no file names, no signed URLs, no tokens.</summary>
internal static partial class Log
{
    [LoggerMessage(7, LogLevel.Error, "{Method} {Route} failed with {Code}, request {RequestId}")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string route, string code, string requestId);

    [LoggerMessage(12, LogLevel.Warning, "A page of {Origin} was refused: browsers may call from {Allowed}. Add the origin to FRONTEND_URL if it is yours")]
    public static partial void OriginBlocked(this ILogger logger, string origin, string allowed);

    [LoggerMessage(EventId = 13, Message = "{Method} {Route} answered {Status} in {Milliseconds} ms, request {RequestId}")]
    public static partial void Answered(this ILogger logger, LogLevel level, string method, string route, int status, long milliseconds, string requestId);

    [LoggerMessage(14, LogLevel.Warning, "The database does not answer, so streams show no events now; they stay open and continue where they were")]
    public static partial void EventsNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(40, LogLevel.Warning, "{Method} {Route} was refused: the disk is full, request {RequestId}")]
    public static partial void DiskFull(this ILogger logger, string method, string route, string requestId);

    [LoggerMessage(41, LogLevel.Warning, "A message on the exchange pipeline.store-events is not a notification of S3, Ceph, MinIO or R2, and was dropped")]
    public static partial void StoreEventUnreadable(this ILogger logger);
}
