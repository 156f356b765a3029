namespace Pipeline.Storage;

/// <summary>Makes URLs that read one object for a limited time, without other credentials.</summary>
public interface IDownloadSigner
{
    /// <summary>Signs a URL that reads one object. The area follows from the beginning of the key.</summary>
    /// <exception cref="ArgumentException">The terms cannot be sent as headers.</exception>
    PresignedDownload SignGet(ObjectKey key, DownloadTerms terms, TimeSpan validFor);
}

/// <summary>The headers with which the store answers a signed GET, in place of those that were stored. The holder of the URL cannot change them.</summary>
public sealed record DownloadTerms
{
    /// <summary>Content-Type; null for the stored one.</summary>
    public string? ContentType { get; init; }

    /// <summary>Content-Disposition; null for none.</summary>
    public string? ContentDisposition { get; init; }

    /// <summary>Cache-Control; null for the stored one.</summary>
    public string? CacheControl { get; init; }

    /// <summary>Describes the fault, or returns null. A line break would inject another header.</summary>
    internal string? Fault() =>
        new[] { ContentType, ContentDisposition, CacheControl }.Any(value => value is not null && (value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange(' ', '~')))
            ? "Headers of a download must be printable ASCII."
            : null;
}

/// <param name="Url">A secret: anyone who has it can read the object. Never logged or stored.</param>
/// <param name="ExpiresAt">From this time on the store refuses the URL.</param>
public sealed record PresignedDownload(Uri Url, DateTimeOffset ExpiresAt);
