using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Pipeline.Storage.Disk;

/// <summary>The result of verifying a signed URL.</summary>
public abstract record DiskUrlCheck
{
    private DiskUrlCheck() { }

    /// <summary>This server signed it and it has not expired.</summary>
    /// <param name="Terms">The terms of a PUT; null for a GET.</param>
    /// <param name="CommitBefore">The time by which a PUT that began in time must have finished.</param>
    /// <param name="Download">The terms of a GET; null if it has none.</param>
    public sealed record Valid(UploadTerms? Terms, DateTimeOffset CommitBefore, DownloadTerms? Download = null) : DiskUrlCheck;

    /// <summary>The same for a PUT of one part of a multipart upload.</summary>
    /// <param name="Part">The part.</param>
    /// <param name="CommitBefore">The time by which the PUT must have finished.</param>
    public sealed record ValidPart(DiskPart Part, DateTimeOffset CommitBefore) : DiskUrlCheck;

    /// <summary>It has no signature.</summary>
    public sealed record NotSigned : DiskUrlCheck;

    /// <summary>The signature does not match this request.</summary>
    public sealed record Forged : DiskUrlCheck;

    /// <summary>This server signed it, but it has expired.</summary>
    public sealed record Expired : DiskUrlCheck;
}

/// <summary>Parses the query of a URL into the signed terms. Strict: it rejects any field that was not signed.</summary>
internal static class DiskUrlReader
{
    public static bool TryRead(ObjectKey key, bool isUpload, IEnumerable<KeyValuePair<string, string>> query,
        [NotNullWhen(true)] out DiskSignature? signature, out byte[] code)
    {
        signature = null;
        code = [];
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!query.All(field => fields.TryAdd(field.Key, field.Value))) return false;
        if (!fields.Remove(DiskQuery.Signature, out var hex) || !TryHex(hex, out code)) return false;
        if (!TryTake(fields, DiskQuery.Expires, out var expires)) return false;
        UploadTerms? terms = null;
        if (isUpload && !TryTakeTerms(fields, out terms)) return false;
        var download = isUpload ? null : TakeDownload(fields);
        if (fields.Count > 0 || download?.Fault() is not null) return false;
        signature = new DiskSignature(key, expires, terms, download);
        return true;
    }

    private static DownloadTerms? TakeDownload(Dictionary<string, string> fields)
    {
        var download = new DownloadTerms
        {
            ContentType = fields.Remove(DiskQuery.ResponseType, out var type) ? type : null,
            ContentDisposition = fields.Remove(DiskQuery.ResponseDisposition, out var disposition) ? disposition : null,
            CacheControl = fields.Remove(DiskQuery.ResponseCacheControl, out var cacheControl) ? cacheControl : null,
        };
        return download == new DownloadTerms() ? null : download;
    }

    private static bool TryTakeTerms(Dictionary<string, string> fields, out UploadTerms? terms)
    {
        terms = null;
        var isBound = fields.ContainsKey(DiskQuery.MaxLength);
        if (!fields.Remove(DiskQuery.ContentType, out var contentType) || !TryTake(fields, isBound ? DiskQuery.MaxLength : DiskQuery.Length, out var length)) return false;
        fields.Remove(DiskQuery.Sha256, out var sha256);
        fields.Remove(DiskQuery.AnnouncedType, out var announced);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in fields.Keys.Where(name => name.StartsWith(DiskQuery.Metadata, StringComparison.Ordinal)).ToList())
        {
            fields.Remove(name, out var value);
            metadata.Add(name[DiskQuery.Metadata.Length..], value!);
        }

        terms = new UploadTerms { ContentType = contentType, AnnouncedType = announced, Length = length, LengthIsBound = isBound, Sha256 = sha256, Metadata = metadata };
        // Only values that can be signed may become part of the signature's text.
        return WriteRules.Fault(terms) is null;
    }

    private static bool TryTake(Dictionary<string, string> fields, string name, out long number)
    {
        number = 0;
        return fields.Remove(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryHex(string text, out byte[] code)
    {
        code = new byte[HMACSHA256.HashSizeInBytes];
        return text.Length == 2 * code.Length
            && Convert.FromHexString(text, code, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
