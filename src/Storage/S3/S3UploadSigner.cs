using System.Globalization;

namespace Pipeline.Storage.S3;

/// <summary>
/// Signs requests to the bucket itself. Type, length and, if given, checksum are signed as headers. Metadata is signed as query fields, which S3
/// and Ceph store as if they were headers; other servers store the object without its metadata.
/// </summary>
/// <remarks>
/// A URL can be used repeatedly until it expires, each time replacing the object, unless <see cref="S3StorageOptions.WriteOnce"/> is set.
/// </remarks>
public sealed class S3UploadSigner : IUploadSigner
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
        var signed = headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value))
            // Every client sends this header by itself, and browsers do not let scripts set it.
            .Append(new("content-length", terms.Length.ToString(CultureInfo.InvariantCulture)));
        var (at, seconds) = Validity(validFor);
        var metadata = terms.Metadata.Select(pair => KeyValuePair.Create($"x-amz-meta-{pair.Key}", pair.Value));
        return new PresignedUpload(new S3Signature(_area, at, seconds).Url("PUT", key, signed, metadata), "PUT", headers, at.AddSeconds(seconds));
    }

    /// <inheritdoc />
    public Uri SignGet(ObjectKey key, TimeSpan validFor)
    {
        var (at, seconds) = Validity(validFor);
        return new S3Signature(_area, at, seconds).Url("GET", key, headers: [], query: []);
    }

    // S3 accepts whole seconds only, from one second to one week.
    private (DateTimeOffset At, long Seconds) Validity(TimeSpan validFor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validFor, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validFor, TimeSpan.FromDays(7));
        return (DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds()), (long)Math.Ceiling(validFor.TotalSeconds));
    }
}
