namespace Pipeline.Client;

/// <summary>A file that a program is about to upload.</summary>
/// <param name="Filename">Its name.</param>
/// <param name="ContentType">Its media type; empty if the ending of the name tells it.</param>
/// <param name="FileSize">Its bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes in hex, if known: the store refuses other bytes.</param>
public sealed record NewFile(string Filename, string ContentType, long FileSize, string? Sha256 = null);

/// <summary>Presigned uploads of one request.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Uploads">One for each file, in the order of the request.</param>
public sealed record PresignedBatch(string BatchId, IReadOnlyList<PresignedUpload> Uploads);

/// <summary>A presigned upload. The URL is a secret, like a password: never print it.</summary>
/// <param name="Id">The asset.</param>
/// <param name="UploadUrl">Where to send the bytes.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Headers">The headers to send.</param>
/// <param name="ExpiresIn">Seconds for which the URL is valid; null if the server does not say.</param>
/// <param name="Multipart">Set if the server advises to send the file in parts.</param>
public sealed record PresignedUpload(
    string Id, string UploadUrl, string Method = "PUT", IReadOnlyDictionary<string, string>? Headers = null, int? ExpiresIn = null, MultipartAdvice? Multipart = null)
{
    /// <inheritdoc />
    public override string ToString() => $"upload of {Id}";
}

/// <summary>How the server would cut the file.</summary>
/// <param name="PartSize">Bytes of every part except the last.</param>
public sealed record MultipartAdvice(long PartSize);
