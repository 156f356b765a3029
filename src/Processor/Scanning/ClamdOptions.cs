using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Processor.Scanning;

/// <summary>Where clamd is and how long we wait for it. Section <c>Processor:Clamd</c>; times are written <c>hh:mm:ss</c>.</summary>
/// <remarks>
/// Not covered here is what clamd itself must be set to, in its clamd.conf: <c>AlertExceedsMax yes</c> (else it says OK to what it did not
/// look at), <c>AlertBrokenMedia no</c> (else good photos get no verdict), and <c>StreamMaxLength</c>, <c>MaxFileSize</c> and
/// <c>MaxScanSize</c> in rising order and above the upload limit. <see cref="ScannerProbe"/> finds out whether it is.
/// </remarks>
public sealed class ClamdOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Processor:Clamd";

    /// <summary><c>tcp://host:port</c> or <c>unix:///path</c>. Default <c>tcp://127.0.0.1:3310</c>. There is no encryption: keep it on a trusted network.</summary>
    public string Address { get; set; } = "tcp://127.0.0.1:3310";

    /// <summary>For connecting, name lookup included. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For each single write, and for each read of an answer that is due at once. Default 20 s. Not for the wait while clamd scans: see <see cref="ScanTimeout"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:10:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>For a whole scan: connect, send, wait, answer. Default 60 s. Below clamd's own MaxScanTime it is this one that ends a long scan, and the file is tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0500000", "00:30:00")]
    public TimeSpan ScanTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes in one chunk of the stream, and all that a scan holds in memory. Default 65,536.</summary>
    [Range(1, 4 * 1024 * 1024)]
    public int ChunkSize { get; set; } = 64 * 1024;

    /// <summary>Bytes of the largest file that will come, so at least <c>Uploads:MaxBytes</c>. Default 10 MiB. clamd is tried once with as many.</summary>
    [Range(1, 4L * 1024 * 1024 * 1024)]
    public long LargestFile { get; set; } = 10 * 1024 * 1024;

    /// <summary>Age from which the signatures make the worker unready. Default 7 days. It still scans with them.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan MaxSignatureAge { get; set; } = TimeSpan.FromDays(7);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ClamdAddress.TryParse(Address) is null)
            yield return new ValidationResult($"`{Section}:{nameof(Address)}` must be tcp://host:port or unix:///path, was '{Credentials.Hide(Address)}'");
    }
}
