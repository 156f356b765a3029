using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <summary>The body of a request for a presigned URL.</summary>
public sealed record PresignRequest(
    string? Filename, string? ContentType, long? FileSize, string? Sha256 = null, string? Profile = null, FocalPointRequest? FocalPoint = null);

/// <summary>Decides whether an announced file may be uploaded. Later steps do not trust the announcement: they check the bytes.</summary>
internal sealed class UploadPolicy(IOptions<UploadOptions> options)
{
    // The signed URL holds the announced type if it differs from our spelling, so its length is limited.
    private const int MaxContentTypeLength = 255;

    /// <summary>Null if the file may be uploaded.</summary>
    public ProblemDetails? Judge(PresignRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (FileName.Error(request.Filename) is { } name) errors["filename"] = [name];
        if (ContentTypeError(request) is { } type) errors["contentType"] = [type];
        if (request.FileSize is not { } size) errors["fileSize"] = ["is required: the number of bytes"];
        else if (size < 1) errors["fileSize"] = ["must be at least 1"];
        if (request.Sha256 is { } hash && !IsSha256(hash)) errors["sha256"] = ["must be 64 hex digits"];
        if (request.Profile is { } profile && !options.Value.Profiles.Contains(profile))
            errors["profile"] = [$"must be one of {string.Join(", ", options.Value.Profiles)}"];
        foreach (var (field, error) in request.FocalPoint?.Errors("focalPoint.") ?? []) errors[field] = [error];
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (!options.Value.ContentTypes.Contains(TypeOf(request))) return Problem.UnsupportedType(options.Value.ContentTypes);
        return request.FileSize > options.Value.MaxBytes ? Problem.TooLarge(options.Value.MaxBytes, request.FileSize!.Value) : null;
    }

    /// <summary>
    /// The type that is signed, stored and shown: the claim in its canonical spelling, or the type of the name's extension.
    /// </summary>
    public static string TypeOf(PresignRequest request) => UploadTypes.Canonical(request.ContentType!, request.Filename);

    /// <summary>The extension for the key: the file's own if it fits the type, else the type's default.</summary>
    public static string ExtensionFor(PresignRequest request)
    {
        var fitting = UploadTypes.Extensions[TypeOf(request)];
        var own = Path.GetExtension(request.Filename!).ToLowerInvariant();
        return fitting.Contains(own) ? own : fitting[0];
    }

    // A browser sends an empty type if it does not know the file's type.
    private static string? ContentTypeError(PresignRequest request) => request.ContentType switch
    {
        null => "is required, for example image/jpeg",
        { Length: > MaxContentTypeLength } => $"must have at most {MaxContentTypeLength} characters",
        _ when TypeOf(request).Length == 0 => "is empty, and the extension of 'filename' tells no type: send one, for example image/jpeg",
        _ => null,
    };

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);
}
