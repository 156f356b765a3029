using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.EndToEnd.Production;

/// <summary>Another endpoint with a user, a key and a bucket of its own, as another provider has them.</summary>
internal sealed class SecondStore : IAsyncDisposable
{
    private Process _gateway;
    private readonly AmazonS3Client _s3;
    private readonly string _user = $"second-{Guid.NewGuid():N}";
    private readonly int _port = FreePort.Take();

    private SecondStore()
    {
        _gateway = Start();
        _s3 = new AmazonS3Client(new BasicAWSCredentials(Key, Secret), new AmazonS3Config { ServiceURL = Address, ForcePathStyle = true, AuthenticationRegion = "auto" });
    }

    /// <summary>The name of a storage class.</summary>
    public const string Cold = "COLD";

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    public string Bucket { get; } = $"second-{Guid.NewGuid():N}";

    public string Key { get; } = $"key-{Guid.NewGuid():N}";

    public string Secret { get; } = RandomNumberGenerator.GetHexString(40, lowercase: true);

    /// <summary>Makes both hosts know the store as the target <c>r2</c> of the public area, and write there.</summary>
    public (string Name, string Value)[] AsTarget =>
    [
        ("Storage__Targets__r2__ServiceUrl", Address), ("Storage__Targets__r2__Bucket", Bucket), ("Storage__Targets__r2__AccessKeyId", Key), ("Storage__Targets__r2__SecretAccessKey", Secret),
        ("Storage__Targets__r2__PublicUrl", $"{Address}/{Bucket}"), ("Storage__Areas__Public__AlsoWriteTo", "r2"),
    ];

    /// <summary>Makes both hosts freeze originals there, in a storage class of their own.</summary>
    public (string Name, string Value)[] AsOriginals =>
    [
        ("Storage__Areas__Originals__ServiceUrl", Address), ("Storage__Areas__Originals__Bucket", Bucket), ("Storage__Areas__Originals__AccessKeyId", Key), ("Storage__Areas__Originals__SecretAccessKey", Secret),
        ("Storage__Areas__Originals__StorageClass", Cold),
    ];

    /// <param name="cold">Whether the store has the class <see cref="Cold"/>.</param>
    public static async Task<SecondStore> MakeAsync(bool cold = false)
    {
        // A gateway reads the classes at its start.
        if (cold) await Service.Store.RunAsync("class", Cold);
        var store = new SecondStore();
        try
        {
            await Service.Store.RunAsync("user", store._user, store.Key, store.Secret);
            await Eventually.True(store.AnswersAsync, "the second gateway answers", TimeSpan.FromMinutes(3));
            await store._s3.PutBucketPolicyAsync(store.Bucket, $$"""
                { "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{{store.Bucket}}/assets/*" } ] }
                """);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL for the gateway: the provider is down.</summary>
    public async Task KillAsync()
    {
        _gateway.Kill(entireProcessTree: true);
        await _gateway.WaitForExitAsync();
    }

    /// <summary>Starts the gateway again at its address.</summary>
    public async Task RestartAsync()
    {
        _gateway.Dispose();
        _gateway = Start();
        await Eventually.True(AnswersAsync, "the second gateway answers again", TimeSpan.FromMinutes(3));
    }

    /// <summary>The storage class of each object below the prefix.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ClassesAsync(string prefix)
    {
        var classes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var found in (await _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix })).S3Objects ?? [])
            classes[found.Key] = (await _s3.GetObjectMetadataAsync(Bucket, found.Key)).StorageClass?.Value ?? "STANDARD";
        return classes;
    }

    /// <summary>The SHA-256 of each object below the prefix, without marks, which each store has of its own.</summary>
    public static async Task<SortedDictionary<string, string>> HashesAsync(IAmazonS3 s3, string bucket, string prefix)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        do
        {
            var page = await s3.ListObjectsV2Async(request);
            foreach (var found in (page.S3Objects ?? []).Where(found => !found.Key.Contains("installation/", StringComparison.Ordinal)))
            {
                using var answer = await s3.GetObjectAsync(bucket, found.Key);
                hashes[found.Key] = $"{answer.Headers.ContentType} {answer.Headers.CacheControl} {Convert.ToHexStringLower(await SHA256.HashDataAsync(answer.ResponseStream))}";
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
        return hashes;
    }

    public Task<SortedDictionary<string, string>> HashesAsync(string prefix) => HashesAsync(_s3, Bucket, prefix);

    public Task PutAsync(string key, byte[] bytes) => _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(bytes), UseChunkEncoding = false });

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        if (!_gateway.HasExited) await KillAsync();
        _gateway.Dispose();
    }

    private Process Start() => Service.Store.Start("notifier", _port.ToString(CultureInfo.InvariantCulture));

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await _s3.PutBucketAsync(Bucket);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or AmazonServiceException)
        {
            return false;
        }
    }
}
