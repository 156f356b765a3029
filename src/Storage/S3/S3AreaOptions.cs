using System.Text.RegularExpressions;
using Pipeline.Hosting;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Storage.S3;

/// <summary>
/// The bucket of an area. Sections <c>Storage:Areas:Incoming</c>, <c>:Originals</c>, <c>:Public</c>, <c>:Private</c> and <c>:Quarantine</c>; each setting that is
/// missing there is taken from <c>Storage:S3</c>.
/// </summary>
public partial class S3AreaOptions
{
    /// <summary>Leaves space for the longest key within the 1,024 bytes of S3 and R2.</summary>
    public const int MaxPrefixLength = 100;

    /// <summary>
    /// The S3 endpoint without the bucket, such as <c>https://s3.eu-central-1.amazonaws.com</c>. For R2 it is derived from <c>R2_ACCOUNT_ID</c>.
    /// </summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>
    /// File with the authority's certificate in PEM form, for a store whose certificate no public authority signed. With it only this authority is
    /// trusted, and only for this store. Default: the machine's authorities.
    /// </summary>
    public string? CaFile { get; set; }

    /// <summary>The region that requests are signed for. Default <c>auto</c>, for R2; AWS needs the bucket's own region.</summary>
    public string? Region { get; set; }

    /// <summary>The bucket; it must exist. Also as <c>R2_BUCKET_NAME</c>.</summary>
    public string? Bucket { get; set; }

    /// <summary>Prefix of every key in the bucket, separated by a slash, such as <c>photos</c>; at most 100 characters. Default none.</summary>
    public string? Prefix { get; set; }

    /// <summary>
    /// Where the key comes from. Default <c>Keys</c>, the two settings below; an area that sets its own key uses that. <c>Chain</c> is the AWS SDK's own chain, which
    /// finds the roles of instances, tasks and pods.
    /// </summary>
    public S3CredentialSource? SignWith { get; set; }

    /// <summary>The id of an access key that may get, put, delete and list. Also as <c>R2_ACCESS_KEY_ID</c>.</summary>
    [Secret]
    public string? AccessKeyId { get; set; }

    /// <summary>The secret of the access key. Also as <c>R2_SECRET_ACCESS_KEY</c>.</summary>
    [Secret]
    public string? SecretAccessKey { get; set; }

    /// <summary>The public URL of the public area's bucket, without its prefix. Also as <c>R2_PUBLIC_URL</c>. Other areas ignore it.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Whether the bucket's name is in the path (true, the default) or in the host name.</summary>
    public bool? ForcePathStyle { get; set; }

    /// <summary>
    /// The storage class of objects that the server writes, such as <c>STANDARD_IA</c>. Default: the bucket's own; clients' presigned uploads
    /// always get that.
    /// </summary>
    public string? StorageClass { get; set; }

    /// <summary>
    /// The name of a target, one of <c>Storage:Targets</c>, to which each write and each deletion of this area goes as well; for <c>pipeline migrate</c>.
    /// Default none. Only in the section of an area, and not for uploads.
    /// </summary>
    public string? AlsoWriteTo { get; set; }

    /// <summary>
    /// Describes each invalid value with its configuration key. Missing values are not reported here, since another section may set them.
    /// </summary>
    internal IEnumerable<string> Faults(string section)
    {
        if (ServiceUrl is not null && !IsHttp(ServiceUrl)) yield return UrlFault(section, nameof(ServiceUrl), ServiceUrl);
        if (TrustedCertificates.Fault($"{section}:{nameof(CaFile)}", CaFile) is { } untrusted) yield return untrusted;
        if (PublicUrl is not null && !IsHttp(PublicUrl)) yield return UrlFault(section, nameof(PublicUrl), PublicUrl);
        if (Region is not null && !Name().IsMatch(Region)) yield return $"`{section}:{nameof(Region)}` is not a region, was '{Credentials.Hide(Region)}'";
        if (Bucket is not null && !BucketName().IsMatch(Bucket)) yield return $"`{section}:{nameof(Bucket)}` is not a bucket's name, was '{Credentials.Hide(Bucket)}'";
        if (StorageClass is not null && !Name().IsMatch(StorageClass))
            yield return $"`{section}:{nameof(StorageClass)}` is not a storage class, was '{Credentials.Hide(StorageClass)}'";
        if (Prefix?.Trim('/') is { Length: > 0 } prefix && (prefix.Length > MaxPrefixLength || !ObjectKey.TryParse(prefix, out _)))
            yield return $"`{section}:{nameof(Prefix)}` must be at most {MaxPrefixLength} of A-Z a-z 0-9 - _ = . in segments separated by /, was '{Credentials.Hide(Prefix)}'";

        if (SignWith == S3CredentialSource.Chain && (AccessKeyId ?? SecretAccessKey) is not null)
            yield return $"`{section}:{nameof(SignWith)}` is Chain, so `{section}:{nameof(AccessKeyId)}` and `{section}:{nameof(SecretAccessKey)}` would be ignored: remove them, or set it to Keys";

        // These values are secrets, or may be, so messages do not repeat them.
        if (AccessKeyId is not null && !Credential().IsMatch(AccessKeyId)) yield return $"`{section}:{nameof(AccessKeyId)}` has characters that no key has";
        if (SecretAccessKey is not null && !Credential().IsMatch(SecretAccessKey))
            yield return $"`{section}:{nameof(SecretAccessKey)}` has characters that no key has";
    }

    private static bool IsHttp(Uri url) => url is { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" };

    private static string UrlFault(string section, string name, Uri url) =>
        $"`{section}:{name}` must be an absolute http or https URL without user and query, was '{Credentials.Hide(url)}'";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{2,62}\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex BucketName();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[!-~]{1,256}\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Credential();
}
