using Microsoft.Extensions.Options;

namespace Pipeline.Assets.Uploads;

/// <summary>The file that a caller is about to upload, as the caller describes it. Only its bytes are believed later.</summary>
public sealed record UploadRequest(
    string? Filename, string? ContentType, long? FileSize, string? Sha256 = null, string? Profile = null, FocalPointRequest? FocalPoint = null,
    bool IsTemporary = false, string? Visibility = null, bool? AutoConfirm = null)
{
    /// <summary>The client cannot tell the size, so the largest allowed one may be reserved until the file arrives.</summary>
    public bool MayLackSize { get; init; }
}

/// <summary>Why an announced file may not be uploaded.</summary>
public abstract record UploadRefusal
{
    private UploadRefusal()
    {
    }

    /// <summary>Fields are missing or wrong.</summary>
    /// <param name="Errors">The errors of each field, by its name in JSON.</param>
    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Errors) : UploadRefusal;

    /// <summary>The type is none of the configured ones.</summary>
    public sealed record UnsupportedType(IReadOnlyList<string> Allowed) : UploadRefusal;

    /// <summary>The file is larger than the configured limit.</summary>
    public sealed record TooLarge(long MaxBytes, long Bytes) : UploadRefusal;
}

/// <summary>Says whether an announced file may be uploaded. Nothing here is believed later: the bytes are judged by themselves.</summary>
public sealed class UploadPolicy(IOptions<UploadOptions> options)
{
    // It stands in the signed URL, if the client called the type by other words than we do.
    private const int MaxContentTypeLength = 255;

    /// <summary>Null if the file may be uploaded.</summary>
    public UploadRefusal? Judge(UploadRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (FileName.Error(request.Filename) is { } name) errors["filename"] = [name];
        if (ContentTypeError(request) is { } type) errors["contentType"] = [type];
        if (request.FileSize is null && !(request.MayLackSize && options.Value.AllowUnknownSize)) errors["fileSize"] = ["is required: the number of bytes"];
        else if (request.FileSize < 1) errors["fileSize"] = ["must be at least 1"];
        if (request.Sha256 is { } hash && !IsSha256(hash)) errors["sha256"] = ["must be 64 hex digits"];
        if (request.Profile is { } profile && !options.Value.Profiles.Contains(profile))
            errors["profile"] = [$"must be one of {string.Join(", ", options.Value.Profiles)}"];
        if (request.Visibility is { } visibility && VisibilityWords.Parse(visibility) is null)
            errors["visibility"] = [$"must be {string.Join(" or ", VisibilityWords.All)}"];
        foreach (var (field, error) in request.FocalPoint?.Errors("focalPoint.") ?? []) errors[field] = [error];
        if (errors.Count > 0) return new UploadRefusal.Invalid(errors);
        if (!options.Value.ContentTypes.Contains(TypeOf(request))) return new UploadRefusal.UnsupportedType(options.Value.ContentTypes);
        return request.FileSize > options.Value.MaxBytes ? new UploadRefusal.TooLarge(options.Value.MaxBytes, request.FileSize!.Value) : null;
    }

    /// <summary>The type that is signed, stored and shown: the claim in its one spelling, or what the name tells.</summary>
    public static string TypeOf(UploadRequest request) => UploadTypes.Canonical(request.ContentType!, request.Filename);

    /// <summary>The extension for the key: the file's own where it fits the type, else the type's.</summary>
    public static string ExtensionFor(UploadRequest request)
    {
        var fitting = UploadTypes.Extensions[TypeOf(request)];
        var own = Path.GetExtension(request.Filename!).ToLowerInvariant();
        return fitting.Contains(own) ? own : fitting[0];
    }

    // A browser that does not know a file's type sends an empty one.
    private static string? ContentTypeError(UploadRequest request) => request.ContentType switch
    {
        null => "is required, for example image/jpeg",
        { Length: > MaxContentTypeLength } => $"must have at most {MaxContentTypeLength} characters",
        _ when TypeOf(request).Length == 0 => "is empty, and the extension of 'filename' tells no type: send one, for example image/jpeg",
        _ => null,
    };

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);
}
