using System.Text.Json.Serialization;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// What the worker asks of a decoder: one line of JSON, with one of three questions. Everything that the answer depends on is in it, so that a decoder reads no settings.
/// Paths are relative to the decoder's own folder.
/// </summary>
internal sealed record DecoderRequest
{
    public required ImageLimits Limits { get; init; }

    /// <summary>The file to inspect.</summary>
    public string? Inspect { get; init; }

    /// <summary>What to render.</summary>
    public RenderRequest? Render { get; init; }

    /// <summary>Formats that will be asked for: are the libraries for them here, and those for the types of the limits?</summary>
    public IReadOnlyList<string>? Prepare { get; init; }
}

/// <summary>
/// What a decoder says: one line of JSON, and exactly one of these. A decoder has read hostile bytes, so nothing here is believed before
/// <see cref="ReplyCheck"/> and <see cref="DecoderFolder"/> have looked at it.
/// </summary>
internal sealed record DecoderReply
{
    /// <summary>The first line: it is ready.</summary>
    public DecoderHello? Hello { get; init; }

    /// <summary>The first line, or after it: a native library is not installed, with a sentence for the operator.</summary>
    public string? Missing { get; init; }

    /// <summary>All that was to be prepared is there.</summary>
    public bool Prepared { get; init; }

    public ImageFacts? Facts { get; init; }

    public Rendering? Rendering { get; init; }

    public Rejection? Rejection { get; init; }

    /// <summary>An error of the machine or of the settings, not of the file's.</summary>
    public string? Fault { get; init; }

    /// <summary>An error that nobody foresaw, and that the bytes of the file have caused.</summary>
    public string? Thrown { get; init; }

    /// <summary>It got no more memory; what it holds now may be anything, so it must be replaced.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>How many of the above are there.</summary>
    [JsonIgnore]
    public int Count =>
        ((object?[])[Hello, Missing, Facts, Rendering, Rejection, Fault, Thrown]).Count(part => part is not null) + (OutOfMemory ? 1 : 0) + (Prepared ? 1 : 0);
}

/// <summary>A decoder that has started.</summary>
/// <param name="Version">Of its engine.</param>
/// <param name="Protection">What it is held to.</param>
internal sealed record DecoderHello(string Version, Protection Protection);

[JsonSourceGenerationOptions(
    // Not what is 0 or false: where it is left out, the other side would take a profile's own default for it.
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DecoderRequest))]
[JsonSerializable(typeof(DecoderReply))]
internal sealed partial class DecoderJson : JsonSerializerContext;
