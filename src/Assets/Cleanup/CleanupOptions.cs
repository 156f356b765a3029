using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Cleanup;

/// <summary>When objects that no row needs are removed. Section <c>Cleanup</c>.</summary>
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
    /// Bytes a second that the slowest upload brings. Default 4,096. A store checks an upload URL when a PUT begins and then takes the bytes
    /// however slowly they come, so the last look for a late upload waits until a file of the announced size has come at this rate. What comes
    /// more slowly still is found by the sweep of <see cref="IncomingSweepSeconds"/>.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public int SlowestUploadBytesPerSecond { get; set; } = 4_096;

    /// <summary>
    /// Seconds between two looks through the whole incoming area, for uploads that came after everything. Default 3,600; 0 for none, where a
    /// lifecycle rule of the bucket does the same. Deleted is what has been there for a day and no row needs, or for a week if no row knows it.
    /// </summary>
    [Range(0, 604_800)]
    public int IncomingSweepSeconds { get; set; } = 3_600;

    internal TimeSpan SlowestUpload(long bytes) => TimeSpan.FromSeconds(bytes / (double)SlowestUploadBytesPerSecond);
}
