using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Storage;

/// <summary>
/// The name of an object within its area. A key has 1 to 900 characters of <c>A-Z a-z 0-9 - _ = .</c> in segments separated by <c>/</c>; no
/// segment is empty or starts with a dot, so a key can never leave its area in any store.
/// </summary>
public readonly partial record struct ObjectKey
{
    /// <summary>Below S3's and R2's 1,024 bytes, so that an area's prefix still fits.</summary>
    public const int MaxLength = 900;

    private readonly string? _value;

    private ObjectKey(string value) => _value = value;

    /// <summary>The key as text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("The default ObjectKey has no value.");

    /// <summary>Parses a key that this type made earlier; throws <see cref="FormatException"/> on any other text.</summary>
    public static ObjectKey Parse(string value) =>
        TryParse(value, out var key) ? key : throw new FormatException("Not an object key.");

    /// <summary>Parses a key from an untrusted string.</summary>
    public static bool TryParse(string? value, out ObjectKey key)
    {
        var ok = value is { Length: > 0 and <= MaxLength } && Shape().IsMatch(value);
        key = ok ? new ObjectKey(value!) : default;
        return ok;
    }

    /// <summary>The prefix of all keys of clients' uploads.</summary>
    public const string IncomingArea = "uploads/";

    /// <summary>The prefix of all keys of public variants.</summary>
    public const string PublicArea = "assets/";

    /// <summary>The prefix of all keys of private variants.</summary>
    public const string PrivateArea = "private/";

    /// <summary>The prefix of all keys of frozen originals.</summary>
    public const string OriginalsArea = "originals/";

    /// <summary><c>uploads/{userId}/{unixMs}-{16 hex}{ext}</c>: where a client's presigned PUT writes.</summary>
    /// <param name="userId">Any string; bytes that a key cannot contain are written as <c>=XX</c>.</param>
    /// <param name="at">When the client requested the upload.</param>
    /// <param name="nonce">8 random bytes.</param>
    /// <param name="extension">With its dot, such as <c>.jpg</c>.</param>
    public static ObjectKey Incoming(string userId, DateTimeOffset at, ReadOnlySpan<byte> nonce, string extension) =>
        Parse($"{IncomingArea}{Segment(userId)}/{at.ToUnixTimeMilliseconds()}-{Convert.ToHexStringLower(nonce)}{extension}");

    /// <summary><c>originals/{hh}/{assetId}/{sha256}</c>: the frozen bytes.</summary>
    /// <param name="generation">Follows as <c>-{generation}</c>, unless it is 0.</param>
    public static ObjectKey Original(Guid assetId, string sha256, int generation = 0, KeyLayout layout = KeyLayout.Sharded) =>
        Parse(generation == 0 ? $"{OriginalsOf(assetId, layout)}{sha256}" : $"{OriginalsOf(assetId, layout)}{sha256}-{generation}");

    /// <summary><c>originals/{hh}/{assetId}/manifest.json</c>: what the row of the asset says, beside its frozen original.</summary>
    public static ObjectKey Manifest(Guid assetId) => Parse($"{OriginalsOf(assetId)}{ManifestName}");

    /// <summary><c>originals/erased/{assetId}.json</c>: the mark that the asset was erased, so that a restored table does not bring it back.</summary>
    public static ObjectKey Erased(Guid assetId) => Parse($"{ErasedMarks}{assetId:D}.json");

    /// <summary>The prefix of all marks of erased assets.</summary>
    public const string ErasedMarks = $"{OriginalsArea}erased/";

    private const string ManifestName = "manifest.json";

    /// <summary>Whether the key is that of a manifest.</summary>
    public static bool IsManifest(ObjectKey key) => AssetOf(key) is { } id && key == Manifest(id);

    /// <summary>The erased asset that has this mark; null for a key of another shape.</summary>
    public static Guid? ErasedBy(ObjectKey key) =>
        key.Value.StartsWith(ErasedMarks, StringComparison.Ordinal) && key.Value.EndsWith(".json", StringComparison.Ordinal)
        && Guid.TryParseExact(key.Value[ErasedMarks.Length..^".json".Length], "D", out var id) && key == Erased(id) ? id : null;

    /// <summary><c>assets/{hh}/{assetId}/{recipe}/{name}.{ext}</c>: one published variant.</summary>
    public static ObjectKey Variant(Guid assetId, string recipe, string name, string extension, KeyLayout layout = KeyLayout.Sharded) =>
        Parse($"{VariantsOf(assetId, layout)}{recipe}/{name}.{extension}");

    /// <summary><c>quarantine/{assetId}</c>: an infected file that is kept.</summary>
    public static ObjectKey Quarantine(Guid assetId) => Parse($"quarantine/{assetId:D}");

    /// <summary><c>watermarks/{name}</c>: a watermark image that the operator put into the originals area.</summary>
    public static ObjectKey Watermark(string name) => Parse($"watermarks/{name}");

    /// <summary><c>private/{hh}/{assetId}/{recipe}/{name}.{ext}</c>: one variant of a private asset.</summary>
    public static ObjectKey PrivateVariant(Guid assetId, string recipe, string name, string extension) =>
        Parse($"{PrivateVariantsOf(assetId)}{recipe}/{name}.{extension}");

    /// <summary>The prefix of an asset's private variants.</summary>
    public static string PrivateVariantsOf(Guid assetId) => $"{PrivateArea}{Folder(assetId, KeyLayout.Sharded)}/";

    /// <summary>Whether the key of a variant is in the private area.</summary>
    public static bool IsPrivateVariant(string key) => key.StartsWith(PrivateArea, StringComparison.Ordinal);

    /// <summary>The asset whose original or variant has this key; null for a key of another shape, such as that of an upload.</summary>
    public static Guid? AssetOf(ObjectKey key)
    {
        string[] parts = key.Value.Split('/');
        if ($"{parts[0]}/" is not (PublicArea or PrivateArea or OriginalsArea)) return null;
        return parts.Skip(1).Take(2).Select(part => Guid.TryParseExact(part, "D", out var id) ? id : (Guid?)null).FirstOrDefault(id => id is not null);
    }

    /// <summary>The prefix of an asset's originals in one layout.</summary>
    public static string OriginalsOf(Guid assetId, KeyLayout layout = KeyLayout.Sharded) => $"originals/{Folder(assetId, layout)}/";

    /// <summary>The prefix of an asset's variants in one layout.</summary>
    public static string VariantsOf(Guid assetId, KeyLayout layout = KeyLayout.Sharded) => $"assets/{Folder(assetId, layout)}/";

    /// <summary>The recipe in the key of a variant, with its generation; null for a key of another shape.</summary>
    public static string? RecipeIn(string variantKey) => variantKey.Split('/') is [.., var recipe, _] ? recipe : null;

    /// <inheritdoc />
    public override string ToString() => Value;

    // The end of a UUIDv7 is random, unlike its beginning, which is the time.
    private static string Folder(Guid assetId, KeyLayout layout)
    {
        var id = assetId.ToString("D");
        return layout == KeyLayout.Flat ? id : $"{id[^2..]}/{id}";
    }

    // Quoted-printable, extended to the dot: no segment may consist of dots, and two users must never share a folder.
    private static string Segment(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_') escaped.Append((char)b);
            else escaped.Append('=').Append(b.ToString("X2"));
        }

        return escaped.ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_=-][A-Za-z0-9_=.-]*(/[A-Za-z0-9_=-][A-Za-z0-9_=.-]*)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Shape();
}
