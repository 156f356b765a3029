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

    [LoggerMessage(43, LogLevel.Information, "{Count} multipart uploads that no pending asset needs were aborted")]
    public static partial void OpenUploadsAborted(this ILogger logger, int count);

    [LoggerMessage(44, LogLevel.Warning, "A multipart upload for asset {AssetId} was begun and not used, and aborting it failed; a sweep aborts it later")]
    public static partial void UnusedUploadStaysOpen(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(11, LogLevel.Warning, "The check whether the bus delivers messages failed; no worker counts as lost meanwhile")]
    public static partial void BusNotWatched(this ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "Jobs of an earlier version could not be deleted from the scheduler's store; the next start tries again")]
    public static partial void JobsNotDeleted(this ILogger logger, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "The broker takes no events for the exchange pipeline.events; they wait in the database: {Why}")]
    public static partial void BusEventsWait(this ILogger logger, string why);

    [LoggerMessage(14, LogLevel.Warning, "The store did not show whether the upload of asset {AssetId} has arrived; the client can confirm it again")]
    public static partial void UploadNotSeen(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(15, LogLevel.Warning, "A published variant of asset {AssetId} is not in the store, so it was not moved; a reprocess writes it again")]
    public static partial void VariantLost(this ILogger logger, Guid assetId);

    [LoggerMessage(16, LogLevel.Warning, "The cache did not purge {Count} deleted objects: {Why}; it is tried again")]
    public static partial void PurgeRefused(this ILogger logger, int count, string why);

    [LoggerMessage(17, LogLevel.Error, "{Count} deleted objects were not purged from the cache for a week and are given up. Check Purge:Cloudflare and purge the cache by hand")]
    public static partial void PurgeAbandoned(this ILogger logger, int count);

    [LoggerMessage(30, LogLevel.Error, "The row of asset {AssetId} cannot be read and is left out of lists; repair or delete it in the database")]
    public static partial void RowUnreadable(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(4, LogLevel.Information, "Upload at {At:O} by {UserId} of {Key}, {Size} bytes: success {Success}, {Outcome}")]
    public static partial void Upload(
        this ILogger logger, DateTimeOffset at, string userId, string key, long size, bool success, string outcome);

    [LoggerMessage(15, LogLevel.Warning, "The usage of {Subject} was counted wrongly and is corrected; counters differ after a restored backup, an edited row, a limit that was switched on or instances of an earlier version")]
    public static partial void UsageCorrected(this ILogger logger, string subject);

    [LoggerMessage(16, LogLevel.Warning, "The tenants could not be counted at the start, so their limits may allow too much; the daily recount tries again")]
    public static partial void TenantsNotCounted(this ILogger logger, Exception exception);

    [LoggerMessage(73, LogLevel.Warning, "The counts of requests to the object store could not be saved; they are saved later")]
    public static partial void RequestCountsNotSaved(this ILogger logger, Exception exception);

    [LoggerMessage(70, LogLevel.Warning, "The run of job {Job} could not be recorded in the database; this process still knows of it")]
    public static partial void JobNotRecorded(this ILogger logger, Exception exception, string job);

    [LoggerMessage(71, LogLevel.Warning, "Job {Job} has not run for {Seconds} s; its trigger is freed, and this instance runs it")]
    public static partial void JobLate(this ILogger logger, string job, long seconds);

    [LoggerMessage(72, LogLevel.Warning, "It could not be checked whether jobs are late; the next check comes in half a minute")]
    public static partial void LateJobsUnknown(this ILogger logger, Exception exception);

    [LoggerMessage(60, LogLevel.Warning, "Webhook {WebhookId} has only failed for days and is paused; it is tried each hour")]
    public static partial void WebhookPaused(this ILogger logger, Guid webhookId);

    [LoggerMessage(61, LogLevel.Information, "Webhook {WebhookId} answers again; it gets what it missed")]
    public static partial void WebhookResumed(this ILogger logger, Guid webhookId);

    [LoggerMessage(62, LogLevel.Information, "Webhook {WebhookId} answered 410 and is disabled")]
    public static partial void WebhookGone(this ILogger logger, Guid webhookId);

    [LoggerMessage(63, LogLevel.Warning, "All tries of delivery {DeliveryId} to webhook {WebhookId} failed; its owner can replay it")]
    public static partial void DeliveryFailed(this ILogger logger, Guid webhookId, string deliveryId);

    [LoggerMessage(64, LogLevel.Error, "Delivery {DeliveryId} to webhook {WebhookId} stopped early; it is sent again when its lease ends")]
    public static partial void WebhookSendFailed(this ILogger logger, Exception exception, Guid webhookId, string deliveryId);

    [LoggerMessage(65, LogLevel.Information, "The result of delivery {DeliveryId} to webhook {WebhookId} was dropped: another instance sends it, or the webhook is deleted")]
    public static partial void AttemptDropped(this ILogger logger, Guid webhookId, string deliveryId);

    [LoggerMessage(66, LogLevel.Error, "The signing secret of webhook {WebhookId} was encrypted with a key that is not configured. Set Webhooks:PreviousEncryptionKey or JWT_SECRET_PREVIOUS to it, or let the owner rotate the secret")]
    public static partial void WebhookSecretUnreadable(this ILogger logger, Guid webhookId);

    [LoggerMessage(90, LogLevel.Error, "Run {RunId} could not be fed; the next sweep of any instance goes on")]
    public static partial void RunNotFed(this ILogger logger, Exception exception, Guid runId);

    [LoggerMessage(91, LogLevel.Information, "Run {RunId} starts nothing at the moment: {Why}")]
    public static partial void RunWaits(this ILogger logger, Guid runId, string why);

    [LoggerMessage(92, LogLevel.Warning, "Run {RunId} has stopped: {Because}")]
    public static partial void RunPaused(this ILogger logger, Guid runId, string because);

    [LoggerMessage(93, LogLevel.Information, "Run {RunId} is completed: {Done} done, {Skipped} skipped, {Failed} failed")]
    public static partial void RunCompleted(this ILogger logger, Guid runId, int done, int skipped, int failed);

    [LoggerMessage(130, LogLevel.Error, "The manifest of asset {AssetId} was not written; it is tried again")]
    public static partial void ManifestNotWritten(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(131, LogLevel.Error, "The mark that asset {AssetId} was erased was not written; it is tried again. The key of this host needs the right to write to the originals area")]
    public static partial void ErasedMarkNotWritten(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(132, LogLevel.Warning, "The mark that asset {AssetId} was erased is refused: {Why}. The asset stays")]
    public static partial void ErasedMarkRefused(this ILogger logger, Guid assetId, string why);

    [LoggerMessage(133, LogLevel.Warning, "{Count} assets that had been erased were back, because the table was restored; they are erased again")]
    public static partial void ErasedAgain(this ILogger logger, long count);

    [LoggerMessage(134, LogLevel.Error, "Asset {AssetId} was erased, but its row in the restored table could not be deleted; it is tried again")]
    public static partial void NotErasedAgain(this ILogger logger, Exception exception, Guid assetId);

    [LoggerMessage(94, LogLevel.Warning, "Run {RunId} could not list the area {Area}; it tries again")]
    public static partial void ListingFailed(this ILogger logger, Exception exception, Guid runId, string area);

    [LoggerMessage(95, LogLevel.Information, "An orphan of the area {Area} that run {RunId} had found was deleted")]
    public static partial void OrphanDeleted(this ILogger logger, string area, Guid runId);

    [LoggerMessage(135, LogLevel.Warning, "A rescan withdrew asset {AssetId}, in run {RunId}: {Signature}, by {Scanner}")]
    public static partial void RescanHit(this ILogger logger, Guid assetId, Guid runId, string signature, string scanner);

    [LoggerMessage(136, LogLevel.Warning, "A rescan holds asset {AssetId} back, in run {RunId}, because of too many hits: {Signature}, by {Scanner}")]
    public static partial void RescanHeld(this ILogger logger, Guid assetId, Guid runId, string signature, string scanner);

    [LoggerMessage(137, LogLevel.Information, "Dropped the answer of a rescan of asset {AssetId}, run {RunId}, attempt {Attempt}: it is not in work")]
    public static partial void RescanDropped(this ILogger logger, Guid assetId, Guid runId, int attempt);

    [LoggerMessage(138, LogLevel.Warning, "The bus did not accept the rescan of asset {AssetId}, run {RunId}; it is published again")]
    public static partial void RescanNotPublished(this ILogger logger, Exception exception, Guid assetId, Guid runId);

    [LoggerMessage(139, LogLevel.Information, "Rescan {RunId} of tenant {Tenant} began by itself: {Assets} assets, {Why}")]
    public static partial void RescanStarted(this ILogger logger, Guid runId, string tenant, int assets, string why);

    [LoggerMessage(96, LogLevel.Information, "The area {Area} is not marked as that of this installation ({Owner}), so no orphan in it is deleted")]
    public static partial void AreaNotOurs(this ILogger logger, string area, Installations.AreaOwner owner);

    [LoggerMessage(97, LogLevel.Information, "The areas of the store could not be marked as those of this installation; a deletion of orphans tries again")]
    public static partial void AreasNotMarked(this ILogger logger, Exception exception);

    [LoggerMessage(140, LogLevel.Information, "Asset {AssetId} is ready again: the restored table showed it in work, and its manifest is of a later time")]
    public static partial void TakenBack(this ILogger logger, Guid assetId);

    [LoggerMessage(142, LogLevel.Warning, "Run {RunId} could not go on with the area {Area}; it tries again, unless somebody must mend a store first")]
    public static partial void MovePageFailed(this ILogger logger, Exception exception, Guid runId, string area);

    [LoggerMessage(141, LogLevel.Warning, "The moves of areas could not be read; each area is read from where it was")]
    public static partial void MovesNotRead(this ILogger logger, Exception exception);
}
