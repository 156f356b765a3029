using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Cleanup;

/// <summary>When to delete objects that no row needs. Section <c>Cleanup</c>.</summary>
public sealed class CleanupOptions
{
    public const string Section = "Cleanup";

    /// <summary>
    /// Seconds that the variants of an earlier revision stay after a newer one is ready. Default 86,400, a day: pages that were
    /// rendered before still show them.
    /// </summary>
    [Range(0, 31_536_000)]
    public int KeepSupersededSeconds { get; set; } = 86_400;

    /// <summary>
    /// Assumed rate of the slowest upload in bytes a second. Default 4,096. A store checks an upload URL when a PUT begins and then accepts
    /// the bytes at any rate, so the last check for a late upload waits until a file of the announced size could have arrived at this rate.
    /// The sweep of <see cref="IncomingSweepSeconds"/> finds slower uploads.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public int SlowestUploadBytesPerSecond { get; set; } = 4_096;

    /// <summary>
    /// Seconds between two sweeps of the whole incoming area for uploads that arrived after all other checks. Default 3,600; 0 for none, if
    /// a lifecycle rule of the bucket does the same. The sweep deletes objects at least a day old that their row does not need, and objects
    /// at least 7 days old that have no row.
    /// </summary>
    [Range(0, 604_800)]
    public int IncomingSweepSeconds { get; set; } = 3_600;

    /// <summary>
    /// Seconds between two sweeps of the store for multipart uploads that no pending asset needs, because a client or an instance was lost. Default
    /// 900; 0 for none, if a lifecycle rule of the bucket does the same. The sweep aborts those that are ten minutes older than an upload URL
    /// lives, below <c>uploads/</c> only. Deployments that share a bucket need a prefix each.
    /// </summary>
    [Range(0, 604_800)]
    public int MultipartSweepSeconds { get; set; } = 900;

    /// <summary>Assets that one instance cleans up at once. Default 16.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 16;

    internal TimeSpan SlowestUpload(long bytes) => TimeSpan.FromSeconds(bytes / (double)SlowestUploadBytesPerSecond);
}
