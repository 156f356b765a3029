using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>The bucket with its owner's key, without the product's code.</summary>
internal sealed class Bucket : IDisposable
{
    private readonly AmazonS3Client _client = new(
        new BasicAWSCredentials(ProductionSettings.AccessKey, ProductionSettings.SecretKey),
        new AmazonS3Config { ServiceURL = ProductionSettings.S3, ForcePathStyle = true, AuthenticationRegion = "auto" });

    /// <summary>The objects that an asset has published.</summary>
    public static IReadOnlyList<string> KeysOf(Answer asset) =>
        [.. asset.Json["variants"]!.AsArray().Select(v => v!["key"]!.GetValue<string>())];

    /// <summary>The existing objects, without manifests and the marks of erased assets: these follow some seconds after a change.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string prefix)
    {
        var page = await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = ProductionSettings.Bucket, Prefix = prefix });
        return [.. (page.S3Objects ?? []).Select(o => o.Key).Where(key => ObjectKey.Parse(key) is var parsed && !ObjectKey.IsManifest(parsed) && ObjectKey.ErasedBy(parsed) is null)];
    }

    /// <summary>The multipart uploads that are neither completed nor aborted.</summary>
    public async Task<IReadOnlyList<string>> OpenUploadsAsync(string prefix)
    {
        var page = await _client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = ProductionSettings.Bucket, Prefix = prefix });
        return [.. (page.MultipartUploads ?? []).Select(open => open.UploadId)];
    }

    public async Task<StoredObject> ReadAsync(string key)
    {
        using var answer = await _client.GetObjectAsync(ProductionSettings.Bucket, key);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes);
        var headers = answer.Headers;
        return new StoredObject(bytes.ToArray(), headers.ContentType, headers.CacheControl)
        {
            Disposition = headers.ContentDisposition,
            Encoding = headers.ContentEncoding,
            Language = answer.ContentLanguage,
        };
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>The response to a download of an object.</summary>
internal sealed record StoredObject(byte[] Bytes, string ContentType, string CacheControl)
{
    public string? Disposition { get; init; }

    public string? Encoding { get; init; }

    public string? Language { get; init; }
}
