namespace Pipeline.Storage.S3;

/// <summary>What an area comes down to. Equal settings mean the same store.</summary>
internal sealed record S3AreaSettings
{
    public required Uri ServiceUrl { get; init; }

    public required string Region { get; init; }

    public required string Bucket { get; init; }

    /// <summary>Empty, or with a slash at its end.</summary>
    public required string Prefix { get; init; }

    public required string AccessKeyId { get; init; }

    public required string SecretAccessKey { get; init; }

    public required bool PathStyle { get; init; }

    public string? StorageClass { get; init; }

    /// <summary>Of options that were checked.</summary>
    public static S3AreaSettings Of(S3AreaOptions area, S3StorageOptions shared) => new()
    {
        ServiceUrl = (area.ServiceUrl ?? shared.ServiceUrl)!,
        Region = area.Region ?? shared.Region ?? "auto",
        Bucket = (area.Bucket ?? shared.Bucket)!,
        Prefix = (area.Prefix ?? shared.Prefix)?.Trim('/') is { Length: > 0 } prefix ? prefix + '/' : "",
        AccessKeyId = (area.AccessKeyId ?? shared.AccessKeyId)!,
        SecretAccessKey = (area.SecretAccessKey ?? shared.SecretAccessKey)!,
        PathStyle = area.ForcePathStyle ?? shared.ForcePathStyle ?? true,
        StorageClass = area.StorageClass ?? shared.StorageClass,
    };

    /// <summary>The key as the bucket knows it.</summary>
    public string Wire(ObjectKey key) => Prefix + key.Value;

    /// <summary>Without the keys: settings end up in messages.</summary>
    public override string ToString() => $"{ServiceUrl.AbsoluteUri.TrimEnd('/')}/{Bucket}/{Prefix}";
}
