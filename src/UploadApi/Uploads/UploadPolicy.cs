using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <summary>What a client sends to be handed a URL.</summary>
public sealed record PresignRequest(
    string? Filename, string? ContentType, long? FileSize, string? Sha256 = null, string? Profile = null, FocalPointRequest? FocalPoint = null);

/// <summary>Says whether an announced file may be uploaded. Nothing here is believed later: the bytes are judged by themselves.</summary>
internal sealed class UploadPolicy(IOptions<UploadOptions> options)
{
    private const int MaxFileNameLength = 255;
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>Null if the file may be uploaded.</summary>
    public ProblemDetails? Judge(PresignRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (FileNameError(request.Filename) is { } name) errors["filename"] = [name];
        if (string.IsNullOrWhiteSpace(request.ContentType)) errors["contentType"] = ["is required, for example image/jpeg"];
        if (request.FileSize is not { } size) errors["fileSize"] = ["is required: the number of bytes"];
        else if (size < 1) errors["fileSize"] = ["must be at least 1"];
        if (request.Sha256 is { } hash && !IsSha256(hash)) errors["sha256"] = ["must be 64 hex digits"];
        if (request.Profile is { } profile && !options.Value.Profiles.Contains(profile))
            errors["profile"] = [$"must be one of {string.Join(", ", options.Value.Profiles)}"];
        foreach (var (field, error) in request.FocalPoint?.Errors("focalPoint.") ?? []) errors[field] = [error];
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (!options.Value.ContentTypes.Contains(request.ContentType!)) return Problem.UnsupportedType(options.Value.ContentTypes);
        return request.FileSize > options.Value.MaxBytes ? Problem.TooLarge(options.Value.MaxBytes, request.FileSize!.Value) : null;
    }

    /// <summary>Why this is no file name, or null if it is one.</summary>
    public static string? FileNameError(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return "is required";
        if (name.Length > MaxFileNameLength) return $"must have at most {MaxFileNameLength} characters";
        for (var rest = name.AsSpan(); !rest.IsEmpty;)
        {
            // Half a surrogate pair cannot be stored as UTF-8.
            if (Rune.DecodeFromUtf16(rest, out var letter, out var length) != OperationStatus.Done) return "must be valid Unicode";
            if (IsUnprintable(letter)) return "must not hold control characters";
            rest = rest[length..];
        }

        return null;
    }

    /// <summary>The extension for the key: the file's own where it fits the type, else the type's.</summary>
    public static string ExtensionFor(PresignRequest request)
    {
        var fitting = UploadTypes.Extensions[request.ContentType!];
        var own = Path.GetExtension(request.Filename!).ToLowerInvariant();
        return fitting.Contains(own) ? own : fitting[0];
    }

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    // Format characters hide letters or turn a name around on the screen. The two joiners do neither: Persian and Indic words and many
    // emoji cannot be spelled without them.
    private static bool IsUnprintable(Rune letter) => letter.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner)
        && Rune.GetUnicodeCategory(letter)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
