using System.Globalization;

namespace Pipeline.Storage.S3;

/// <summary>
/// Signs requests to the bucket itself. Type, length if it is known, and checksum if it is given are signed as headers. Metadata is signed as query fields, which S3
/// and Ceph store as if they were headers; other servers store the object without its metadata.
/// </summary>
/// <remarks>
/// A URL can be used repeatedly until it expires, each time replacing the object, unless <see cref="S3StorageOptions.WriteOnce"/> is set.
/// </remarks>
public sealed class S3UploadSigner : IUploadSigner, IDownloadSigner
{
    private const string ChecksumHeader = "x-amz-checksum-sha256";
    private readonly S3AreaSettings _area;
    private readonly bool _writeOnce;
    private readonly TimeProvider _time;

    internal S3UploadSigner(S3AreaSettings area, bool writeOnce, TimeProvider time) => (_area, _writeOnce, _time) = (area, writeOnce, time);

    /// <inheritdoc />
    public PresignedUpload SignPut(ObjectKey key, UploadTerms terms, TimeSpan validFor)
    {
        if (WriteRules.Fault(terms) is { } fault) throw new ArgumentException(fault, nameof(terms));
        var headers = new Dictionary<string, string> { ["Content-Type"] = terms.ContentType };
        if (terms.Sha256 is { } sha256) headers[ChecksumHeader] = Convert.ToBase64String(Convert.FromHexString(sha256));
        if (_writeOnce) headers["If-None-Match"] = "*";
        var signed = headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value)).Concat(Length(terms.Length, terms.LengthIsBound));
        var (at, seconds) = S3Validity.From(_time.GetUtcNow(), validFor);
        var metadata = terms.Metadata.Select(pair => KeyValuePair.Create($"x-amz-meta-{pair.Key}", pair.Value));
        return new PresignedUpload(new S3Signature(_area, at, seconds).Url("PUT", key, signed, metadata), "PUT", headers, at.AddSeconds(seconds));
    }

    /// <inheritdoc />
    /// <remarks>R2 accepts no other presigned request of a multipart upload than this one.</remarks>
    public PresignedUpload SignPart(ObjectKey key, string uploadId, int number, long length, TimeSpan validFor, bool lengthIsBound = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, IMultipartUploads.MaxParts);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var (at, seconds) = S3Validity.From(_time.GetUtcNow(), validFor);
        var url = new S3Signature(_area, at, seconds).Url(
            "PUT",
            key,
            Length(length, lengthIsBound),
            [new("partNumber", number.ToString(CultureInfo.InvariantCulture)), new("uploadId", uploadId)]);
        return new PresignedUpload(url, "PUT", new Dictionary<string, string>(), at.AddSeconds(seconds));
    }

    // Every client sends this header by itself, and browsers do not let scripts set it. A length that is not known cannot be signed.
    private static IEnumerable<KeyValuePair<string, string>> Length(long length, bool isBound) =>
        isBound ? [] : [new("content-length", length.ToString(CultureInfo.InvariantCulture))];

    /// <inheritdoc />
    /// <remarks>For areas that all share this bucket.</remarks>
    public PresignedDownload SignGet(ObjectKey key, DownloadTerms terms, TimeSpan validFor) =>
        new S3DownloadSigner(_area, _area, _area, _time).SignGet(key, terms, validFor);

    /// <inheritdoc />
    public Uri SignGet(ObjectKey key, TimeSpan validFor)
    {
        var (at, seconds) = S3Validity.From(_time.GetUtcNow(), validFor);
        return new S3Signature(_area, at, seconds).Url("GET", key, headers: [], query: []);
    }
}
