using System.ComponentModel.DataAnnotations;

namespace Pipeline.Imaging.Isolation;

/// <summary>The child processes that decode images. Section <c>Processor:Decoder</c>.</summary>
public sealed class DecoderOptions
{
    public const string Section = "Processor:Decoder";

    /// <summary>
    /// Maximum number of decoder processes. Default: the maximum number of images in work, <c>Processor:Messaging:Concurrency</c> plus
    /// <c>ReprocessConcurrency</c>. They start on demand; while two or more exist, one more is started in advance.
    /// </summary>
    [Range(1, 512)]
    public int? Children { get; set; }

    /// <summary>
    /// Memory limit of one decoder process, in MiB: all private writable memory. Default: 280 plus 10 for each of
    /// <c>Processor:Limits:MaxMegapixels</c>, which the worst kind of image needs; 1280 with the default limit.
    /// </summary>
    [Range(256, 65_536)]
    public int? MemoryMegabytes { get; set; }

    /// <summary>
    /// CPU time in seconds that one image may use in total, over all requests and tries. Default 30. <c>Processor:Limits:MaxSeconds</c> limits
    /// its wall time.
    /// </summary>
    [Range(1, 600)]
    public int CpuSeconds { get; set; } = 30;

    /// <summary>
    /// CPU time in seconds that an image may use for each megabyte of its file (rounded up), at most <see cref="CpuSeconds"/>. An attacker must
    /// therefore send many bytes to keep a worker busy. Default 4, ten times the need of a good photo of 12 megapixels. Profiles that cost more
    /// than the built-in ones, for example with AVIF, get proportionally more. Raise it on slow machines.
    /// </summary>
    [Range(1, 600)]
    public int CpuSecondsPerMegabyte { get; set; } = 4;

    /// <summary>Number of requests after which a decoder is replaced by a new one; an image needs two. Default 2,000.</summary>
    [Range(1, 1_000_000)]
    public int RecycleAfter { get; set; } = 2_000;

    /// <summary>
    /// If true, the worker does not start unless the kernel can deny a decoder the network, other programs and all files except its own. Default
    /// false: the worker logs the protections at start. The limits of memory and time apply in either case.
    /// </summary>
    public bool RequireSandbox { get; set; }

    internal void Complete(ImageLimits limits) => MemoryMegabytes ??= 280 + (10 * limits.MaxMegapixels);
}
