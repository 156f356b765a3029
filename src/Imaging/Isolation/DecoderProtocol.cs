using System.Text.Json.Serialization;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// A request of the worker to a decoder: one line of JSON, with one of three commands. It holds everything that the reply depends on, so that a
/// decoder reads no settings. Paths are relative to the decoder's own folder.
/// </summary>
internal sealed record DecoderRequest
{
    public required ImageLimits Limits { get; init; }

    /// <summary>The file to inspect.</summary>
    public string? Inspect { get; init; }

    /// <summary>The image to render, and how.</summary>
    public RenderRequest? Render { get; init; }

    /// <summary>Formats of later requests: the decoder checks that the libraries for them and for the accepted types are installed.</summary>
    public IReadOnlyList<string>? Prepare { get; init; }
}

/// <summary>
/// A reply of a decoder: one line of JSON with exactly one of these members set. A decoder has read hostile bytes, so the worker trusts nothing
/// here before <see cref="ReplyCheck"/> and <see cref="DecoderFolder"/> have checked it.
/// </summary>
internal sealed record DecoderReply
{
    /// <summary>The first line: the decoder is ready.</summary>
    public DecoderHello? Hello { get; init; }

    /// <summary>A native library is not installed: a sentence for the operator. On the first line or a later one.</summary>
    public string? Missing { get; init; }

    /// <summary>All libraries that <see cref="DecoderRequest.Prepare"/> needs are installed.</summary>
    public bool Prepared { get; init; }

    public ImageFacts? Facts { get; init; }

    public Rendering? Rendering { get; init; }

    public Rejection? Rejection { get; init; }

    /// <summary>An error that the machine or the settings cause, not the file.</summary>
    public string? Fault { get; init; }

    /// <summary>An unexpected exception that the bytes of the file caused.</summary>
    public string? Thrown { get; init; }

    /// <summary>The decoder ran out of memory; its state is undefined, so it must be replaced.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Number of members that are set.</summary>
    [JsonIgnore]
    public int Count =>
        ((object?[])[Hello, Missing, Facts, Rendering, Rejection, Fault, Thrown]).Count(part => part is not null) + (OutOfMemory ? 1 : 0) + (Prepared ? 1 : 0);
}

/// <summary>First reply of a decoder that has started.</summary>
/// <param name="Version">Version of its engine.</param>
/// <param name="Protection">The sandbox restrictions that are active.</param>
internal sealed record DecoderHello(string Version, Protection Protection);

[JsonSourceGenerationOptions(
    // Omit only null, not 0 or false: for an omitted value the reader would use the profile's default.
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DecoderRequest))]
[JsonSerializable(typeof(DecoderReply))]
internal sealed partial class DecoderJson : JsonSerializerContext;
