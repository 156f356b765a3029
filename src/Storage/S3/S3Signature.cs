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

    // Asked once, because the credentials of a role may change between two questions.
    private readonly ImmutableCredentials _credentials = area.Signer().GetCredentials();

    private string Day => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private string Moment => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private string Scope => $"{Day}/{area.Region}/s3/aws4_request";

    /// <summary>Builds the signed URL.</summary>
    /// <param name="headers">Headers with lower-case names that the request must have; the host is added.</param>
    /// <param name="query">Query fields besides the signature's own; the holder of the URL cannot change them either.</param>
    public Uri Url(string method, ObjectKey key, IEnumerable<KeyValuePair<string, string>> headers, IEnumerable<KeyValuePair<string, string>> query)
    {
        var root = area.ServiceUrl;
        var host = area.PathStyle ? root.Authority : $"{area.Bucket}.{root.Authority}";
        var bucket = area.PathStyle ? $"/{area.Bucket}" : "";
        var path = $"{root.AbsolutePath.TrimEnd('/')}{bucket}/{string.Join('/', area.Wire(key).Split('/').Select(Uri.EscapeDataString))}";
        var signed = headers.Append(new("host", host)).OrderBy(header => header.Key, StringComparer.Ordinal).ToList();
        var names = string.Join(';', signed.Select(header => header.Key));
        var fields = string.Join('&', query
            .Concat(
            [
                new("X-Amz-Algorithm", Algorithm),
                new("X-Amz-Credential", $"{_credentials.AccessKey}/{Scope}"),
                new("X-Amz-Date", Moment),
                new("X-Amz-Expires", seconds.ToString(CultureInfo.InvariantCulture)),
                new("X-Amz-SignedHeaders", names),
            ])
            .Concat(_credentials.UseToken ? [new("X-Amz-Security-Token", _credentials.Token)] : (KeyValuePair<string, string>[])[])
            .Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}")
            .Order(StringComparer.Ordinal));
        var lines = string.Concat(signed.Select(header => $"{header.Key}:{Folded(header.Value)}\n"));
        var request = $"{method}\n{path}\n{fields}\n{lines}\n{names}\nUNSIGNED-PAYLOAD";
        return new Uri($"{root.Scheme}://{host}{path}?{fields}&X-Amz-Signature={Sign(request)}");
    }

    private string Sign(string request)
    {
        var text = $"{Algorithm}\n{Moment}\n{Scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + _credentials.SecretKey);
        foreach (var part in (string[])[Day, area.Region, "s3", "aws4_request", text]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(key);
    }

    // The canonical form: no spaces at the ends, single spaces between words.
    private static string Folded(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
