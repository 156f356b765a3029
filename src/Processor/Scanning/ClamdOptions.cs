using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Processor.Scanning;

/// <summary>Address, timeouts and limits of clamd. Section <c>Processor:Clamd</c>; times are written <c>hh:mm:ss</c>.</summary>
/// <remarks>
/// clamd's own clamd.conf must contain <c>AlertExceedsMax yes</c> (otherwise clamd replies OK for content that it did not scan),
/// <c>AlertBrokenMedia no</c> (otherwise good photos get no verdict), and <c>StreamMaxLength</c>, <c>MaxFileSize</c> and <c>MaxScanSize</c> in
/// rising order and above the upload limit. <see cref="ScannerProbe"/> checks this.
/// </remarks>
public sealed class ClamdOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Processor:Clamd";

    /// <summary>
    /// <c>tcp://host:port</c> or <c>unix:///path</c>. Default <c>tcp://127.0.0.1:3310</c>. There is no encryption: keep it on a trusted network.
    /// </summary>
    public string Address { get; set; } = "tcp://127.0.0.1:3310";

    /// <summary>Time limit for connecting, including name lookup. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Time limit for each write, and for each read of a reply that is due at once. Default 20 s. It does not apply to the wait while clamd
    /// scans: see <see cref="ScanTimeout"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:10:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Time limit for a whole scan: connect, send, wait, reply. Default 60 s. If it is below clamd's own MaxScanTime, it ends a long scan first,
    /// and the file is retried.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:30:00")]
    public TimeSpan ScanTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes in one chunk of the stream; a scan holds no more than one chunk in memory. Default 65,536.</summary>
    [Range(1, 4 * 1024 * 1024)]
    public int ChunkSize { get; set; } = 64 * 1024;

    /// <summary>
    /// Bytes of the largest expected file, so at least <c>Uploads:MaxBytes</c>. Default 10 MiB. The probe scans a stream of this size once.
    /// </summary>
    [Range(1, 4L * 1024 * 1024 * 1024)]
    public long LargestFile { get; set; } = 10 * 1024 * 1024;

    /// <summary>Maximum age of the signatures; with older ones the worker is not ready, but it still scans. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan MaxSignatureAge { get; set; } = TimeSpan.FromDays(7);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ClamdAddress.TryParse(Address) is null)
            yield return new ValidationResult($"`{Section}:{nameof(Address)}` must be tcp://host:port or unix:///path, was '{Credentials.Hide(Address)}'");
    }
}
