using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Pipeline.Storage.Disk;

/// <summary>Signs URLs of the storage endpoints with a key that only this server has, and verifies them.</summary>
public sealed class DiskUploadSigner : IUploadSigner, IDownloadSigner
{
    /// <summary>S3's header for a SHA-256 checksum, in base64.</summary>
    public const string ChecksumHeader = "x-amz-checksum-sha256";

    /// <summary>
    /// How long a PUT that began in time may continue after its URL expired: enough for 10 MiB at 300 kbit/s, a slow phone. It is well below the
    /// ten minutes after which the API looks for abandoned objects for the last time.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private readonly DiskSpace _room;
    private readonly byte[] _signingKey;
    private readonly string _baseUrl;
    private readonly TimeProvider _time;

    /// <summary>Loads the signing key, or creates it at the first start.</summary>
    public DiskUploadSigner(IOptions<DiskStorageOptions> options, TimeProvider time)
    {
        _signingKey = DiskSigningKey.LoadOrCreate(options.Value.FullSigningKeyPath);
        // Free space can be measured only for an existing folder.
        Directory.CreateDirectory(options.Value.FullRoot);
        _room = new DiskSpace(options.Value);
        _baseUrl = options.Value.BaseUrl.AbsoluteUri.TrimEnd('/');
        _time = time;
    }

    /// <inheritdoc />
    public PresignedUpload SignPut(ObjectKey key, UploadTerms terms, TimeSpan validFor)
    {
        if (WriteRules.Fault(terms) is { } fault) throw new ArgumentException(fault, nameof(terms));
        _room.Require(Least(terms.Length, terms.LengthIsBound));
        if (terms.AnnouncedType == terms.ContentType) terms = terms with { AnnouncedType = null };
        var expires = Expires(validFor);
        var headers = new Dictionary<string, string> { ["Content-Type"] = terms.ContentType };
        if (terms.Sha256 is { } sha256) headers[ChecksumHeader] = Convert.ToBase64String(Convert.FromHexString(sha256));
        return new PresignedUpload(Url(new DiskSignature(key, expires, terms)), "PUT", headers, DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <inheritdoc />
    public PresignedUpload SignPart(ObjectKey key, string uploadId, int number, long length, TimeSpan validFor, bool lengthIsBound = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, IMultipartUploads.MaxParts);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _room.Require(Least(length, lengthIsBound));
        var signature = new DiskPartSignature(new DiskPart(key, uploadId, number, length, lengthIsBound), Expires(validFor));
        return new PresignedUpload(
            Url(key, signature.ToQuery(_signingKey)), "PUT", new Dictionary<string, string>(), DateTimeOffset.FromUnixTimeSeconds(signature.Expires));
    }

    /// <inheritdoc />
    public Uri SignGet(ObjectKey key, TimeSpan validFor) => Url(new DiskSignature(key, Expires(validFor), Terms: null));

    /// <inheritdoc />
    public PresignedDownload SignGet(ObjectKey key, DownloadTerms terms, TimeSpan validFor)
    {
        if (terms.Fault() is { } fault) throw new ArgumentException(fault, nameof(terms));
        var expires = Expires(validFor);
        return new PresignedDownload(Url(new DiskSignature(key, expires, Terms: null, terms)), DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <summary>Verifies the URL of a client's request.</summary>
    /// <param name="isUpload">True for a PUT. A URL signed for GET is not valid for PUT, nor the reverse.</param>
    /// <param name="query">All fields of the query, decoded; a repeated field appears more than once.</param>
    public DiskUrlCheck Check(ObjectKey key, bool isUpload, IReadOnlyCollection<KeyValuePair<string, string>> query)
    {
        if (!query.Any(field => field.Key == DiskQuery.Signature)) return new DiskUrlCheck.NotSigned();
        if (isUpload && DiskPartSignature.Is(query)) return CheckPart(key, query);
        if (!DiskUrlReader.TryRead(key, isUpload, query, out var signature, out var code)
            || !CryptographicOperations.FixedTimeEquals(code, signature.Code(_signingKey)))
        {
            return new DiskUrlCheck.Forged();
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds(signature.Expires);
        return _time.GetUtcNow() >= expires ? new DiskUrlCheck.Expired() : new DiskUrlCheck.Valid(signature.Terms, expires + Grace, signature.Download);
    }

    private DiskUrlCheck CheckPart(ObjectKey key, IReadOnlyCollection<KeyValuePair<string, string>> query)
    {
        if (!DiskPartSignature.TryRead(key, query, out var signature, out var code)
            || !CryptographicOperations.FixedTimeEquals(code, signature.Code(_signingKey)))
            return new DiskUrlCheck.Forged();
        var expires = DateTimeOffset.FromUnixTimeSeconds(signature.Expires);
        return _time.GetUtcNow() >= expires ? new DiskUrlCheck.Expired() : new DiskUrlCheck.ValidPart(signature.Part, expires + Grace);
    }

    // The write requires room for what really comes.
    private static long Least(long length, bool isBound) => isBound ? 1 : length;

    private Uri Url(DiskSignature signature) => Url(signature.Key, signature.ToQuery(_signingKey));

    private Uri Url(ObjectKey key, string query) =>
        // /storage/public/ serves the public area, so such a key would be ambiguous.
        key.Value.StartsWith("public/", StringComparison.Ordinal)
            ? throw new ArgumentException("Keys that start with public/ cannot be signed.", nameof(key))
            : new Uri($"{_baseUrl}/storage/{key}?{query}");

    // The same limits as S3, so that no caller relies on longer ones.
    private long Expires(TimeSpan validFor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validFor, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validFor, TimeSpan.FromDays(7));

        // Rounded up, so that a URL is never valid for less time than requested.
        return (_time.GetUtcNow() + validFor + TimeSpan.FromMilliseconds(999)).ToUnixTimeSeconds();
    }
}
