using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Storage.Disk;

/// <summary>What a signed URL allows, and the code that only the holder of the signing key can make for it.</summary>
/// <param name="Expires">In Unix seconds; the first one in which it is no longer valid.</param>
/// <param name="Terms">For a PUT, else null.</param>
internal sealed record DiskSignature(ObjectKey Key, long Expires, UploadTerms? Terms)
{
    public byte[] Code(byte[] signingKey)
    {
        // One fact a line and every line in its place: no fact can hold a line break, so no two signatures have the same text.
        var text = new StringBuilder("pipeline-disk-1\n").Append(Terms is null ? "GET" : "PUT").Append('\n')
            .Append(Key.Value).Append('\n')
            .Append(Expires).Append('\n');
        if (Terms is not null)
        {
            text.Append(Terms.ContentType).Append('\n').Append(Terms.Length).Append('\n').Append(Terms.Sha256).Append('\n');
            // A name of metadata holds no equals sign, so this can be taken for none.
            if (Terms.AnnouncedType is { } announced) text.Append("announced=").Append(announced).Append('\n');
            foreach (var (name, value) in Terms.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                text.Append(name).Append(':').Append(value).Append('\n');
            }
        }

        return HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The query that carries all of it but the key.</summary>
    public string ToQuery(byte[] signingKey)
    {
        var fields = new List<(string Name, string Value)> { (DiskQuery.Expires, Expires.ToString(CultureInfo.InvariantCulture)) };
        if (Terms is not null)
        {
            fields.Add((DiskQuery.ContentType, Terms.ContentType));
            fields.Add((DiskQuery.Length, Terms.Length.ToString(CultureInfo.InvariantCulture)));
            if (Terms.Sha256 is { } sha256) fields.Add((DiskQuery.Sha256, sha256));
            if (Terms.AnnouncedType is { } announced) fields.Add((DiskQuery.AnnouncedType, announced));
            fields.AddRange(Terms.Metadata.Select(pair => (DiskQuery.Metadata + pair.Key, pair.Value)));
        }

        fields.Add((DiskQuery.Signature, Convert.ToHexStringLower(Code(signingKey))));
        return string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
    }
}

/// <summary>Names in the query of a signed URL.</summary>
internal static class DiskQuery
{
    public const string Expires = "expires";
    public const string ContentType = "type";
    public const string AnnouncedType = "announced";
    public const string Length = "length";
    public const string Sha256 = "sha256";
    public const string Metadata = "x-amz-meta-";
    public const string Signature = "signature";
}
