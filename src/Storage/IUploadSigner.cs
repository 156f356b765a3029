namespace Pipeline.Storage;

/// <summary>Makes URLs that let their holder do one thing for a while, without any other credentials.</summary>
public interface IUploadSigner
{
    /// <summary>A URL for one PUT of exactly the given type and length; the store refuses all else.</summary>
    /// <exception cref="InsufficientStorageException">The store is known to have no room for it.</exception>
    PresignedUpload SignPut(ObjectKey key, UploadTerms terms, TimeSpan validFor);

    /// <summary>A URL that reads one object.</summary>
    Uri SignGet(ObjectKey key, TimeSpan validFor);
}

/// <summary>What an upload must be like.</summary>
public sealed record UploadTerms
{
    /// <summary>The Content-Type that the client must send.</summary>
    public required string ContentType { get; init; }

    /// <summary>
    /// What the client called the type, perhaps in another spelling; empty where it sends none. A store that can take more than one takes this as
    /// well; one that signs a single type, as S3 does, takes <see cref="ContentType"/> only.
    /// </summary>
    public string? AnnouncedType { get; init; }

    /// <summary>The Content-Length that the client must send, in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>SHA-256 of the bytes in lower-case hex; where given, the store checks it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Stored beside the object; bound into the signature, not into headers that the client would have to send.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A signed upload: what the client must send, and until when.</summary>
/// <param name="Url">A secret: whoever holds it can write the object. Never logged or stored.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Headers">All headers that the client must send.</param>
/// <param name="ExpiresAt">After this the store refuses.</param>
public sealed record PresignedUpload(Uri Url, string Method, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);
