using Amazon.Runtime;
using Pipeline.Hosting;

namespace Pipeline.Storage.S3;

/// <summary>The resolved settings of an area. Equal settings mean the same store.</summary>
internal sealed record S3AreaSettings
{
    public required Uri ServiceUrl { get; init; }

    /// <summary>The authorities that the store is trusted with; null for those of the machine.</summary>
    public string? CaFile { get; init; }

    public required string Region { get; init; }

    public required string Bucket { get; init; }

    /// <summary>Empty, or with a slash at its end.</summary>
    public required string Prefix { get; init; }

    public required string AccessKeyId { get; init; }

    public required string SecretAccessKey { get; init; }

    /// <summary>Credentials that change by themselves, in place of the key; null for none.</summary>
    public AWSCredentials? Chain { get; init; }

    public required bool PathStyle { get; init; }

    public string? StorageClass { get; init; }

    /// <summary>Resolves the settings of an area from validated options.</summary>
    public static S3AreaSettings Of(S3AreaOptions area, S3StorageOptions shared) => new()
    {
        ServiceUrl = (area.ServiceUrl ?? shared.ServiceUrl)!,
        CaFile = area.CaFile ?? shared.CaFile,
        Region = area.Region ?? shared.Region ?? "auto",
        Bucket = (area.Bucket ?? shared.Bucket)!,
        Prefix = (area.Prefix ?? shared.Prefix)?.Trim('/') is { Length: > 0 } prefix ? prefix + '/' : "",
        AccessKeyId = area.AccessKeyId ?? shared.AccessKeyId ?? "",
        SecretAccessKey = area.SecretAccessKey ?? shared.SecretAccessKey ?? "",
        Chain = UsesChain(area, shared) ? ChainCredentials.Instance : null,
        PathStyle = area.ForcePathStyle ?? shared.ForcePathStyle ?? true,
        StorageClass = area.StorageClass ?? shared.StorageClass,
    };

    /// <summary>
    /// The private area: what it does not set itself comes from the originals, which are private in every installation. The shared section may
    /// name the public bucket. The storage class is not, because originals may be in one that is slow to read.
    /// </summary>
    public static S3AreaSettings OfPrivate(S3AreasOptions areas, S3StorageOptions shared)
    {
        var (own, originals) = (areas.Private, areas.Originals);
        return Of(
            new S3AreaOptions
            {
                ServiceUrl = own.ServiceUrl ?? originals.ServiceUrl,
                CaFile = own.CaFile ?? originals.CaFile,
                Region = own.Region ?? originals.Region,
                Bucket = own.Bucket ?? originals.Bucket,
                Prefix = own.Prefix ?? originals.Prefix,
                SignWith = own.SignWith ?? (own.AccessKeyId is null ? originals.SignWith : null),
                AccessKeyId = own.AccessKeyId ?? originals.AccessKeyId,
                SecretAccessKey = own.SecretAccessKey ?? originals.SecretAccessKey,
                ForcePathStyle = own.ForcePathStyle ?? originals.ForcePathStyle,
                StorageClass = own.StorageClass,
            },
            shared);
    }

    /// <summary>The settings of a target. The shared prefix is that of the present place, so a target has none unless it sets one.</summary>
    public static S3AreaSettings OfTarget(S3AreaOptions target, S3StorageOptions shared) => Of(target, shared) with
    {
        Prefix = target.Prefix?.Trim('/') is { Length: > 0 } prefix ? prefix + '/' : "",
    };

    /// <summary>Whether an area that does not say so itself uses the shared chain: one with its own key does not.</summary>
    public static bool UsesChain(S3AreaOptions area, S3AreaOptions shared) =>
        (area.SignWith ?? (area.AccessKeyId is null ? shared.SignWith : null)) == S3CredentialSource.Chain;

    /// <summary>What signs a request now.</summary>
    public AWSCredentials Signer() => Chain ?? new BasicAWSCredentials(AccessKeyId, SecretAccessKey);

    /// <summary>The address of the server that clients reach by signed URLs.</summary>
    public Uri Origin => PathStyle ? ServiceUrl : new Uri($"{ServiceUrl.Scheme}://{Bucket}.{ServiceUrl.Authority}");

    /// <summary>The key in the bucket, with the prefix.</summary>
    public string Wire(ObjectKey key) => Prefix + key.Value;

    /// <summary>Sockets to the store.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        // Reconnect regularly to pick up changes in DNS.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // A redirected request would carry a signature for another host.
        AllowAutoRedirect = false,
        UseCookies = false,
        // Otherwise the store would get the ids of our traces.
        ActivityHeadersPropagator = null,
        SslOptions = { RemoteCertificateValidationCallback = TrustedCertificates.Of(CaFile) is { } trusted ? trusted.Accept : null },
    };

    /// <summary>Without the access keys, because settings appear in messages.</summary>
    public override string ToString() => $"{ServiceUrl.AbsoluteUri.TrimEnd('/')}/{Bucket}/{Prefix}";
}
