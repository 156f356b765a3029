using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Pipeline.Storage.Disk;

/// <summary>Signs URLs of the storage endpoints with a key that only this server has, and knows its own again.</summary>
public sealed class DiskUploadSigner : IUploadSigner
{
    /// <summary>The header with which S3 announces a checksum, in base64.</summary>
    public const string ChecksumHeader = "x-amz-checksum-sha256";

    /// <summary>
    /// How long after its URL has expired a PUT that began before may take: 10 MiB from a phone that sends 300 kbit a second. Well below the ten
    /// minutes after which the API looks a last time for objects that nobody wants.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private readonly DiskSpace _room;
    private readonly byte[] _signingKey;
    private readonly string _baseUrl;
    private readonly TimeProvider _time;

    /// <summary>Loads the signing key, or makes it at the first start.</summary>
    public DiskUploadSigner(IOptions<DiskStorageOptions> options, TimeProvider time)
    {
        _signingKey = DiskSigningKey.LoadOrCreate(options.Value.FullSigningKeyPath);
        // The room of a disk is asked by a folder that is there.
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

    /// <summary>Looks at a URL that a client came with.</summary>
    /// <param name="isUpload">Whether it came with PUT; a URL for the one is none for the other.</param>
    /// <param name="query">All fields of the query, decoded; one that stands there twice is given twice.</param>
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
        // Below /storage/public/ lies the public area, so such a key could not be told from a public one.
        signature.Key.Value.StartsWith("public/", StringComparison.Ordinal)
            ? throw new ArgumentException("Keys that start with public/ cannot be signed.", nameof(signature))
            : new Uri($"{_baseUrl}/storage/{signature.Key}?{signature.ToQuery(_signingKey)}");

    // The same bounds as S3's, so that nobody builds on more here.
    private long Expires(TimeSpan validFor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validFor, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validFor, TimeSpan.FromDays(7));

        // Rounded up: a URL is never valid for less than was promised.
        return (_time.GetUtcNow() + validFor + TimeSpan.FromMilliseconds(999)).ToUnixTimeSeconds();
    }
}
