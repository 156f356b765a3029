using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Pipeline.Storage.Disk;

/// <summary>Signs URLs of the storage endpoints with a key that only this server has, and verifies them.</summary>
public sealed class DiskUploadSigner : IUploadSigner
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
        _room.Require(terms.Length);
        if (terms.AnnouncedType == terms.ContentType) terms = terms with { AnnouncedType = null };
        var expires = Expires(validFor);
        var headers = new Dictionary<string, string> { ["Content-Type"] = terms.ContentType };
        if (terms.Sha256 is { } sha256) headers[ChecksumHeader] = Convert.ToBase64String(Convert.FromHexString(sha256));
        return new PresignedUpload(Url(new DiskSignature(key, expires, terms)), "PUT", headers, DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <inheritdoc />
    public Uri SignGet(ObjectKey key, TimeSpan validFor) => Url(new DiskSignature(key, Expires(validFor), Terms: null));

    /// <summary>Verifies the URL of a client's request.</summary>
    /// <param name="isUpload">True for a PUT. A URL signed for GET is not valid for PUT, nor the reverse.</param>
    /// <param name="query">All fields of the query, decoded; a repeated field appears more than once.</param>
    public DiskUrlCheck Check(ObjectKey key, bool isUpload, IReadOnlyCollection<KeyValuePair<string, string>> query)
    {
        if (!query.Any(field => field.Key == DiskQuery.Signature)) return new DiskUrlCheck.NotSigned();
        if (!DiskUrlReader.TryRead(key, isUpload, query, out var signature, out var code)
            || !CryptographicOperations.FixedTimeEquals(code, signature.Code(_signingKey)))
        {
            return new DiskUrlCheck.Forged();
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds(signature.Expires);
        return _time.GetUtcNow() >= expires ? new DiskUrlCheck.Expired() : new DiskUrlCheck.Valid(signature.Terms, expires + Grace);
    }

    private Uri Url(DiskSignature signature) =>
        // /storage/public/ serves the public area, so such a key would be ambiguous.
        signature.Key.Value.StartsWith("public/", StringComparison.Ordinal)
            ? throw new ArgumentException("Keys that start with public/ cannot be signed.", nameof(signature))
            : new Uri($"{_baseUrl}/storage/{signature.Key}?{signature.ToQuery(_signingKey)}");

    // The same limits as S3, so that no caller relies on longer ones.
    private long Expires(TimeSpan validFor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validFor, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validFor, TimeSpan.FromDays(7));

        // Rounded up, so that a URL is never valid for less time than requested.
        return (_time.GetUtcNow() + validFor + TimeSpan.FromMilliseconds(999)).ToUnixTimeSeconds();
    }
}
