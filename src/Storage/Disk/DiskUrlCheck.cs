using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Pipeline.Storage.Disk;

/// <summary>What a signed URL turned out to be.</summary>
public abstract record DiskUrlCheck
{
    private DiskUrlCheck() { }

    /// <summary>It was signed here and is still valid.</summary>
    /// <param name="Terms">For a PUT what the upload must be like; null for a GET.</param>
    /// <param name="CommitBefore">When a PUT that has begun in time must be over.</param>
    public sealed record Valid(UploadTerms? Terms, DateTimeOffset CommitBefore) : DiskUrlCheck;

    /// <summary>It carries no signature.</summary>
    public sealed record NotSigned : DiskUrlCheck;

    /// <summary>It was not signed here like this.</summary>
    public sealed record Forged : DiskUrlCheck;

    /// <summary>It was signed here, but its time is over.</summary>
    public sealed record Expired : DiskUrlCheck;
}

/// <summary>Reads the query of a URL back into what was signed. Strict: what was not signed does not belong there.</summary>
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
        if (fields.Count > 0) return false;
        signature = new DiskSignature(key, expires, terms);
        return true;
    }

    private static bool TryTakeTerms(Dictionary<string, string> fields, out UploadTerms? terms)
    {
        terms = null;
        if (!fields.Remove(DiskQuery.ContentType, out var contentType) || !TryTake(fields, DiskQuery.Length, out var length)) return false;
        fields.Remove(DiskQuery.Sha256, out var sha256);
        fields.Remove(DiskQuery.AnnouncedType, out var announced);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in fields.Keys.Where(name => name.StartsWith(DiskQuery.Metadata, StringComparison.Ordinal)).ToList())
        {
            fields.Remove(name, out var value);
            metadata.Add(name[DiskQuery.Metadata.Length..], value!);
        }

        terms = new UploadTerms { ContentType = contentType, AnnouncedType = announced, Length = length, Sha256 = sha256, Metadata = metadata };
        // Only what could have been signed may reach the signature's text.
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
