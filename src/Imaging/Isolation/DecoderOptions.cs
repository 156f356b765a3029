using System.ComponentModel.DataAnnotations;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>The processes that images are decoded in. Section <c>Processor:Decoder</c>.</summary>
public sealed class DecoderOptions
{
    public const string Section = "Processor:Decoder";

    /// <summary>
    /// Most child processes at a time. Default: as many as there can be images in work, <c>Processor:Messaging:Concurrency</c> and
    /// <c>ReprocessConcurrency</c> together. They are started when they are needed, and one
    /// ahead while two or more are at work.
    /// </summary>
    [Range(1, 512)]
    public int? Children { get; set; }

    /// <summary>
    /// Memory that one child may take, in MiB: all that is private and writable. Default: 280, and 10 for each of
    /// <c>Processor:Limits:MaxMegapixels</c>, which is what the worst kind of image takes; with the default limit 1280.
    /// </summary>
    [Range(256, 65_536)]
    public int? MemoryMegabytes { get; set; }

    /// <summary>
    /// CPU time in seconds that one image may take in all, over all questions and tries. Default 30. How long it may take by the clock is
    /// <c>Processor:Limits:MaxSeconds</c>.
    /// </summary>
    [Range(1, 600)]
    public int CpuSeconds { get; set; } = 30;

    /// <summary>
    /// CPU time in seconds that an image may take for each megabyte of its file, rounded up, as far as <see cref="CpuSeconds"/> allows; so who
    /// wants to keep a worker busy has to send as much. Default 4, ten times what a good photo of 12 megapixels takes. More for a profile that asks for
    /// more than the built-in ones, such as AVIF. Raise it on slow machines.
    /// </summary>
    [Range(1, 600)]
    public int CpuSecondsPerMegabyte { get; set; } = 4;

    /// <summary>Questions after which a child is replaced by a new one; an image asks two. Default 2,000.</summary>
    [Range(1, 1_000_000)]
    public int RecycleAfter { get; set; } = 2_000;

    /// <summary>
    /// Do not start where the kernel cannot keep a child from the network, from other programs and from files that are not its own. Default
    /// false: the start logs what is lacking, and the limits of memory and time hold in any case.
    /// </summary>
    public bool RequireSandbox { get; set; }

    internal void Complete(ImageLimits limits) => MemoryMegabytes ??= 280 + (10 * limits.MaxMegapixels);
}
