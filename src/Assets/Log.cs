using Microsoft.Extensions.Logging;

namespace Pipeline.Assets;

/// <summary>All log messages of this assembly. Ids and reasons only: no file names, no signed URLs, no tokens.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Sweep} stopped early; rows that are due stay due")]
    public static partial void SweepFailed(this ILogger logger, Exception exception, string sweep);

    [LoggerMessage(2, LogLevel.Warning, "The bus did not accept revision {Revision} of asset {AssetId}; its row stays due and is published again")]
    public static partial void PublishFailed(this ILogger logger, Exception exception, Guid assetId, int revision);

    [LoggerMessage(3, LogLevel.Warning, "No worker reported on asset {AssetId}, revision {Revision}, in time; attempt {Attempt} follows")]
    public static partial void Rescued(this ILogger logger, Guid assetId, int revision, int attempt);

    [LoggerMessage(5, LogLevel.Information, "Dropped {Outcome} of asset {AssetId}, revision {Revision}: {Why}")]
    public static partial void OutcomeDropped(this ILogger logger, string outcome, Guid assetId, int revision, string why);

    [LoggerMessage(6, LogLevel.Information, "Asset {AssetId}, revision {Revision}: {Outcome}")]
    public static partial void OutcomeTaken(this ILogger logger, string outcome, Guid assetId, int revision);

    [LoggerMessage(8, LogLevel.Warning, "The cleanup of asset {AssetId} failed; it is tried again later")]
    public static partial void CleanupFailed(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(9, LogLevel.Warning, "{Count} announced profiles were ignored: they are not a list of profiles with names and fingerprints")]
    public static partial void ProfilesIgnored(this ILogger logger, int count);

    [LoggerMessage(10, LogLevel.Warning, "The broker does not report the lengths of its queues; requests that no worker has accepted are published again later")]
    public static partial void BacklogUnknown(this ILogger logger, Exception exception);

    [LoggerMessage(41, LogLevel.Information, "{Count} uploads that arrived too late for their assets were deleted")]
    public static partial void LateUploadsDeleted(this ILogger logger, int count);

    [LoggerMessage(42, LogLevel.Warning, "{Count} uploads in the incoming area have no row in the asset table. They are deleted when they are a week old. If the table was restored or another deployment uses this bucket, set Cleanup:IncomingSweepSeconds to 0 now")]
    public static partial void UnknownUploads(this ILogger logger, int count);

    [LoggerMessage(11, LogLevel.Warning, "The check whether the bus delivers messages failed; no worker counts as lost meanwhile")]
    public static partial void BusNotWatched(this ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "Jobs of an earlier version could not be deleted from the scheduler's store; the next start tries again")]
    public static partial void JobsNotDeleted(this ILogger logger, Exception exception);

    [LoggerMessage(30, LogLevel.Error, "The row of asset {AssetId} cannot be read and is left out of lists; repair or delete it in the database")]
    public static partial void RowUnreadable(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(4, LogLevel.Information, "Upload at {At:O} by {UserId} of {Key}, {Size} bytes: success {Success}, {Outcome}")]
    public static partial void Upload(
        this ILogger logger, DateTimeOffset at, string userId, string key, long size, bool success, string outcome);
}
