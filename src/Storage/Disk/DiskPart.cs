using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Storage.Disk;

/// <summary>One part of an upload, as a URL allows it.</summary>
/// <param name="Key">The key of the object.</param>
/// <param name="UploadId">The upload.</param>
/// <param name="Number">The number of the part, from 1.</param>
/// <param name="Length">Its exact length in bytes.</param>
/// <param name="LengthIsBound">Whether it may be shorter.</param>
public sealed record DiskPart(ObjectKey Key, string UploadId, int Number, long Length, bool LengthIsBound = false);

/// <summary>The part that a signed URL allows, and its HMAC.</summary>
/// <param name="Part">The part.</param>
/// <param name="Expires">In Unix seconds: the first second in which the URL is no longer valid.</param>
internal sealed record DiskPartSignature(DiskPart Part, long Expires)
{
    private const string NumberField = "partNumber";
    private const string UploadField = "uploadId";

    /// <summary>Whether the query is that of a part. Other URLs never have this field.</summary>
    public static bool Is(IEnumerable<KeyValuePair<string, string>> query) => query.Any(field => field.Key == NumberField);

    // The first line differs from that of other URLs, so that no signature is valid for both.
    public byte[] Code(byte[] signingKey) => HMACSHA256.HashData(
        signingKey, Encoding.UTF8.GetBytes($"pipeline-disk-part-1\n{Part.Key}\n{Part.UploadId}\n{Part.Number}\n{(Part.LengthIsBound ? "at most " : "")}{Part.Length}\n{Expires}\n"));

    public string ToQuery(byte[] signingKey) =>
        $"{DiskQuery.Expires}={Expires}&{(Part.LengthIsBound ? DiskQuery.MaxLength : DiskQuery.Length)}={Part.Length}&{NumberField}={Part.Number}&{UploadField}={Uri.EscapeDataString(Part.UploadId)}"
        + $"&{DiskQuery.Signature}={Convert.ToHexStringLower(Code(signingKey))}";

    /// <summary>Strict: refuses a repeated field and any field that was not signed.</summary>
    public static bool TryRead(
        ObjectKey key, IEnumerable<KeyValuePair<string, string>> query, [NotNullWhen(true)] out DiskPartSignature? signature, out byte[] code)
    {
        (signature, code) = (null, new byte[HMACSHA256.HashSizeInBytes]);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!query.All(field => fields.TryAdd(field.Key, field.Value)) || fields.Count != 5) return false;
        if (!fields.TryGetValue(DiskQuery.Signature, out var hex) || hex.Length != 2 * code.Length
            || Convert.FromHexString(hex, code, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        var isBound = fields.ContainsKey(DiskQuery.MaxLength);
        if (!TryNumber(fields, DiskQuery.Expires, out var expires) || !TryNumber(fields, isBound ? DiskQuery.MaxLength : DiskQuery.Length, out var length)
            || !TryNumber(fields, NumberField, out var number) || number > IMultipartUploads.MaxParts
            || !fields.TryGetValue(UploadField, out var upload) || upload.Contains('\n')) return false;
        signature = new DiskPartSignature(new DiskPart(key, upload, (int)number, length, isBound), expires);
        return true;
    }

    private static bool TryNumber(Dictionary<string, string> fields, string name, out long number)
    {
        number = 0;
        return fields.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
