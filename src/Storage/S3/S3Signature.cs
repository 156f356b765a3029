using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace Pipeline.Storage.S3;

/// <summary>
/// AWS Signature Version 4 in a query, for one request that another party makes. Not the SDK's signer, because it reads its own clock some time
/// after the call: a URL for one second may be valid for none.
/// </summary>
/// <remarks>Source of the rules: "Authenticating Requests: Using Query Parameters" in the reference of Amazon S3's API.</remarks>
internal sealed class S3Signature(S3AreaSettings area, DateTimeOffset at, long seconds)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    private static readonly SearchValues<char> Unescaped = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/");

    // Asked once, because the credentials of a role may change between two questions.
    private readonly ImmutableCredentials _credentials = area.Signer().GetCredentials();

    private readonly string _day = at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private readonly string _moment = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private string Scope => $"{_day}/{area.Region}/s3/aws4_request";

    /// <summary>Builds the signed URL.</summary>
    /// <param name="headers">Headers with lower-case names that the request must have; the host is added.</param>
    /// <param name="query">Query fields besides the signature's own; the holder of the URL cannot change them either.</param>
    public Uri Url(string method, ObjectKey key, IEnumerable<KeyValuePair<string, string>> headers, IEnumerable<KeyValuePair<string, string>> query)
    {
        var root = area.ServiceUrl;
        var host = area.PathStyle ? root.Authority : $"{area.Bucket}.{root.Authority}";
        var path = Path(root, key);
        var scope = Scope;
        List<KeyValuePair<string, string>> signed = [.. headers, new("host", host)];
        signed.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var names = string.Join(';', signed.Select(header => header.Key));
        var fields = Fields(query, scope, names);
        var request = new StringBuilder(1024).Append(method).Append('\n').Append(path).Append('\n').Append(fields).Append('\n');
        foreach (var (name, value) in signed) request.Append(name).Append(':').Append(Folded(value)).Append('\n');
        request.Append('\n').Append(names).Append("\nUNSIGNED-PAYLOAD");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.ToString())));
        var signature = S3SigningKey.Of(_credentials.SecretKey, _day, area.Region).Sign($"{Algorithm}\n{_moment}\n{scope}\n{hash}");
        return new Uri($"{root.Scheme}://{host}{path}?{fields}&X-Amz-Signature={signature}");
    }

    private string Path(Uri root, ObjectKey key)
    {
        var wire = area.Wire(key);

        // Most keys have no character that a URL escapes.
        var escaped = wire.AsSpan().ContainsAnyExcept(Unescaped) ? string.Join('/', wire.Split('/').Select(Uri.EscapeDataString)) : wire;
        return area.PathStyle ? $"{root.AbsolutePath.TrimEnd('/')}/{area.Bucket}/{escaped}" : $"{root.AbsolutePath.TrimEnd('/')}/{escaped}";
    }

    private string Fields(IEnumerable<KeyValuePair<string, string>> query, string scope, string names)
    {
        var fields = new List<(string Name, string Value)>(12)
        {
            ("X-Amz-Algorithm", Algorithm),
            ("X-Amz-Credential", Uri.EscapeDataString($"{_credentials.AccessKey}/{scope}")),
            ("X-Amz-Date", _moment),
            ("X-Amz-Expires", seconds.ToString(CultureInfo.InvariantCulture)),
            ("X-Amz-SignedHeaders", Uri.EscapeDataString(names)),
        };
        if (_credentials.UseToken) fields.Add(("X-Amz-Security-Token", Uri.EscapeDataString(_credentials.Token)));
        foreach (var (name, value) in query) fields.Add((Uri.EscapeDataString(name), Uri.EscapeDataString(value)));

        // By the names: of two, one may be the beginning of the other.
        fields.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var text = new StringBuilder(512);
        foreach (var (name, value) in fields) text.Append(text.Length > 0 ? "&" : "").Append(name).Append('=').Append(value);
        return text.ToString();
    }

    // The canonical form: no spaces at the ends, single spaces between words.
    private static string Folded(string value) =>
        value.Length > 0 && value[0] != ' ' && value[^1] != ' ' && !value.Contains("  ", StringComparison.Ordinal) ? value : string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
