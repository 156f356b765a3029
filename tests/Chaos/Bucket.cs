using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Pipeline.Storage;
using Pipeline.TestKit;

namespace Pipeline.Chaos;

/// <summary>A bucket for one run, read with its owner's key and not through the product.</summary>
internal sealed class Bucket : IAsyncDisposable
{
    private const string Probes = "uploads/=probe/";

    private readonly AmazonS3Client _client = new(
        ProductionSettings.AccessKey,
        ProductionSettings.SecretKey,
        new AmazonS3Config { ServiceURL = ProductionSettings.S3, ForcePathStyle = true, AuthenticationRegion = "auto" });

    private readonly string _name;

    private Bucket(string name) => _name = name;

    public (string Name, string Value) Setting => ("Storage__S3__Bucket", _name);

    public static async Task<Bucket> CreateAsync(string name)
    {
        var bucket = new Bucket(name);
        await bucket._client.PutBucketAsync(name);

        // Set up as docs/operations.md describes; with an open bucket no API is ready.
        await bucket._client.PutPublicAccessBlockAsync(new PutPublicAccessBlockRequest
        {
            BucketName = name,
            PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { IgnorePublicAcls = true },
        });
        return bucket;
    }

    /// <summary>
    /// All objects except those of the API's probe for an open bucket: the next API deletes the probe of a killed one after ten
    /// minutes. Also without the marks of the areas, and without manifests and the marks of erased assets, which follow some seconds after a change.
    /// </summary>
    public async Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) =>
        [.. (await AllKeysAsync(cancellationToken)).Where(key => !key.StartsWith(Probes, StringComparison.Ordinal) && !IsOfInstallation(key))];

    private static bool IsOfInstallation(string key) => key.StartsWith(ObjectKey.ErasedMarks, StringComparison.Ordinal)
        || new[] { "/manifest.json", "/installation/id", "/=installation/id" }.Any(end => key.EndsWith(end, StringComparison.Ordinal));

    private async Task<IReadOnlyList<string>> AllKeysAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        var request = new ListObjectsV2Request { BucketName = _name };
        do
        {
            var page = await _client.ListObjectsV2Async(request, cancellationToken);
            keys.AddRange((page.S3Objects ?? []).Select(o => o.Key));
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
        return keys;
    }

    public async Task<byte[]> ReadAsync(string key, CancellationToken cancellationToken)
    {
        using var answer = await _client.GetObjectAsync(_name, key, cancellationToken);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    public async Task<string> Sha256Async(string key, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(SHA256.HashData(await ReadAsync(key, cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(await AllKeysAsync(default), async (key, token) => await _client.DeleteObjectAsync(_name, key, token));
        await _client.DeleteBucketAsync(_name);
        _client.Dispose();
    }
}
