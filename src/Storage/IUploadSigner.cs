namespace Pipeline.Storage;

/// <summary>Makes URLs that allow their holder one operation for a limited time, without other credentials.</summary>
public interface IUploadSigner
{
    /// <summary>Signs a URL for a PUT of exactly the given type and length; the store refuses any other request.</summary>
    /// <exception cref="InsufficientStorageException">The store is known to have too little free space.</exception>
    PresignedUpload SignPut(ObjectKey key, UploadTerms terms, TimeSpan validFor);

    /// <summary>Signs a URL for a PUT of one part with exactly the given length; the store refuses any other request.</summary>
    /// <param name="key">The key of the object.</param>
    /// <param name="uploadId">An upload of <see cref="IMultipartUploads"/>.</param>
    /// <param name="number">The number of the part, from 1.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="validFor">How long the URL is valid.</param>
    /// <param name="lengthIsBound">As in <see cref="UploadTerms.LengthIsBound"/>.</param>
    /// <exception cref="InsufficientStorageException">The store is known to have too little free space.</exception>
    PresignedUpload SignPart(ObjectKey key, string uploadId, int number, long length, TimeSpan validFor, bool lengthIsBound = false);

    /// <summary>Signs a URL that reads one object.</summary>
    Uri SignGet(ObjectKey key, TimeSpan validFor);
}

/// <summary>The properties that an upload must have.</summary>
public sealed record UploadTerms
{
    /// <summary>The Content-Type that the client must send.</summary>
    public required string ContentType { get; init; }

    /// <summary>
    /// The type as the client wrote it, perhaps in another spelling; empty if the client sends none. A store that can accept several types
    /// accepts this one too; a store that signs a single type, such as S3, accepts <see cref="ContentType"/> only.
    /// </summary>
    public string? AnnouncedType { get; init; }

    /// <summary>The Content-Length that the client must send, in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>
    /// Whether <see cref="Length"/> is only the largest allowed length, because the real one is not known. S3 cannot sign that: there the length is
    /// not signed at all, and the program that uses the object must check it.
    /// </summary>
    public bool LengthIsBound { get; init; }

    /// <summary>SHA-256 of the bytes in lower-case hex; if set, the store checks it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Stored with the object. Part of the signature, not of the headers that the client must send.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A signed upload: the request that the client must send, and its expiry.</summary>
/// <param name="Url">A secret: anyone who has it can write the object. Never logged or stored.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Headers">All headers that the client must send.</param>
/// <param name="ExpiresAt">From this time on the store refuses the upload.</param>
public sealed record PresignedUpload(Uri Url, string Method, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);
