using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Storage.Disk;

/// <summary>The request that a signed URL allows, and its HMAC, which only the holder of the signing key can compute.</summary>
/// <param name="Expires">In Unix seconds: the first second in which the URL is no longer valid.</param>
/// <param name="Terms">The terms of a PUT; null for a GET.</param>
/// <param name="Download">The terms of a GET that has some.</param>
internal sealed record DiskSignature(ObjectKey Key, long Expires, UploadTerms? Terms, DownloadTerms? Download = null)
{
    public byte[] Code(byte[] signingKey)
    {
        // One value per line in a fixed order. Values never contain line breaks, so two different signatures never have the same text.
        var text = new StringBuilder("pipeline-disk-1\n").Append(Terms is null ? "GET" : "PUT").Append('\n')
            .Append(Key.Value).Append('\n')
            .Append(Expires).Append('\n');
        if (Terms is not null)
        {
            text.Append(Terms.ContentType).Append('\n').Append(Terms.LengthIsBound ? "at most " : "").Append(Terms.Length).Append('\n').Append(Terms.Sha256).Append('\n');
            // Names of metadata never contain an equals sign, so this line cannot be mistaken for metadata.
            if (Terms.AnnouncedType is { } announced) text.Append("announced=").Append(announced).Append('\n');
            foreach (var (name, value) in Terms.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                text.Append(name).Append(':').Append(value).Append('\n');
            }
        }

        foreach (var (name, value) in DownloadFields()) text.Append(name).Append('=').Append(value).Append('\n');
        return HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The query with all fields of the signature except the object key.</summary>
    public string ToQuery(byte[] signingKey)
    {
        var fields = new List<(string Name, string Value)> { (DiskQuery.Expires, Expires.ToString(CultureInfo.InvariantCulture)) };
        if (Terms is not null)
        {
            fields.Add((DiskQuery.ContentType, Terms.ContentType));
            fields.Add((Terms.LengthIsBound ? DiskQuery.MaxLength : DiskQuery.Length, Terms.Length.ToString(CultureInfo.InvariantCulture)));
            if (Terms.Sha256 is { } sha256) fields.Add((DiskQuery.Sha256, sha256));
            if (Terms.AnnouncedType is { } announced) fields.Add((DiskQuery.AnnouncedType, announced));
            fields.AddRange(Terms.Metadata.Select(pair => (DiskQuery.Metadata + pair.Key, pair.Value)));
        }

        fields.AddRange(DownloadFields());
        fields.Add((DiskQuery.Signature, Convert.ToHexStringLower(Code(signingKey))));
        return string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
    }

    private IEnumerable<(string Name, string Value)> DownloadFields()
    {
        if (Download?.ContentType is { } type) yield return (DiskQuery.ResponseType, type);
        if (Download?.ContentDisposition is { } disposition) yield return (DiskQuery.ResponseDisposition, disposition);
        if (Download?.CacheControl is { } cacheControl) yield return (DiskQuery.ResponseCacheControl, cacheControl);
    }
}

/// <summary>Names in the query of a signed URL.</summary>
internal static class DiskQuery
{
    public const string Expires = "expires";
    public const string ContentType = "type";
    public const string AnnouncedType = "announced";
    public const string Length = "length";
    public const string MaxLength = "maxLength";
    public const string Sha256 = "sha256";
    public const string Metadata = "x-amz-meta-";
    public const string ResponseType = "response-content-type";
    public const string ResponseDisposition = "response-content-disposition";
    public const string ResponseCacheControl = "response-cache-control";
    public const string Signature = "signature";
}
