using System.Buffers;

namespace Pipeline.Storage;

/// <summary>
/// Rules for the metadata of an object. Every driver checks them, so that no store accepts metadata that another would refuse.
/// </summary>
internal static class WriteRules
{
    /// <summary>S3's limit for the metadata of one object.</summary>
    public const int MaxMetadataBytes = 2048;

    private static readonly SearchValues<char> MetadataNameChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Throws <see cref="ArgumentException"/> on options that no store can keep.</summary>
    public static void Check(WriteOptions options)
    {
        var fault = Fault(options.ContentType, options.Metadata)
            ?? (options.CacheControl is { } cacheControl && !IsPrintable(cacheControl) ? "CacheControl must be printable ASCII." : null);
        if (fault is not null) throw new ArgumentException(fault, nameof(options));
    }

    /// <summary>Describes the fault, or returns null.</summary>
    public static string? Fault(string contentType, IReadOnlyDictionary<string, string> metadata)
    {
        if (contentType.Length == 0 || !IsPrintable(contentType)) return "ContentType must be printable ASCII.";
        if (metadata.Keys.Any(name => name.Length == 0 || name.AsSpan().ContainsAnyExcept(MetadataNameChars)))
        {
            return "Names of metadata must consist of a-z, 0-9 and the hyphen.";
        }

        if (!metadata.Values.All(IsPrintable)) return "Values of metadata must be printable ASCII.";
        return metadata.Sum(pair => pair.Key.Length + pair.Value.Length) > MaxMetadataBytes
            ? $"Metadata must have at most {MaxMetadataBytes} bytes."
            : null;
    }

    /// <summary>Describes the fault in the terms of an upload, or returns null.</summary>
    public static string? Fault(UploadTerms terms)
    {
        if (terms.Length < 0) return "Length must not be negative.";
        if (terms.Sha256 is { } sha256 && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower)))
        {
            return "Sha256 must be 64 characters of lower-case hex.";
        }

        if (terms.AnnouncedType is { } announced && !IsPrintable(announced)) return "AnnouncedType must be printable ASCII.";
        return Fault(terms.ContentType, terms.Metadata);
    }

    // These strings become headers and lines of the signed text: a line break would inject another header or line.
    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
