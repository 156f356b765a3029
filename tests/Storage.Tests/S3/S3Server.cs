using Amazon.Runtime;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

/// <summary>A real S3 server, which must be running. Without it these tests fail, because a skipped storage test proves nothing.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private S3ObjectStore? _store;

    /// <summary>Shared settings; the values are those of <c>./services.sh env</c>.</summary>
    internal static S3AreaSettings Area { get; } = new()
    {
        ServiceUrl = new Uri(Setting("PIPELINE_S3", "http://127.0.0.1:9111")),
        Bucket = Setting("PIPELINE_S3_BUCKET", "pipeline-test"),
        AccessKeyId = Setting("PIPELINE_S3_ACCESS_KEY", "pipeline-test-key"),
        SecretAccessKey = Setting("PIPELINE_S3_SECRET_KEY", "pipeline-test-secret-of-no-worth"),
        Region = "auto",
        Prefix = "",
        PathStyle = true,
    };

    public S3ObjectStore Store => _store!;

    /// <summary>A store on the server. A <see cref="Recorder"/> can record its requests.</summary>
    internal static S3ObjectStore Open(S3AreaSettings? area = null, S3StorageOptions? options = null, HttpMessageHandler? handler = null)
    {
        options ??= new S3StorageOptions();
        var connection = new S3Connection(area ?? Area, options, handler);
        connection.Client.BeforeRequestEvent += NameTheConditionAsCephDoes;
        return new S3ObjectStore(connection, area ?? Area, options, TimeProvider.System, NullLogger.Instance);
    }

    public async Task InitializeAsync()
    {
        await MakeBucketAsync(Area.Bucket);
        _store = Open();
    }

    public Task DisposeAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Creates a bucket if it does not exist.</summary>
    internal static async Task MakeBucketAsync(string bucket)
    {
        using var connection = new S3Connection(Area, new S3StorageOptions());
        try
        {
            await connection.Client.PutBucketAsync(new PutBucketRequest { BucketName = bucket });
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"These tests need an S3 server at {Area.ServiceUrl}; start it by ./services.sh up s3", e);
        }
        catch (AmazonServiceException e)
        {
            throw new InvalidOperationException($"These tests need a bucket at {Area.ServiceUrl}; start the server by ./services.sh up s3 ({e.Message})", e);
        }
    }

    // Ceph ignores x-amz-copy-source-if-match and has another name for it; for tests only, since a product must not rely on that.
    private static void NameTheConditionAsCephDoes(object sender, RequestEventArgs e)
    {
        if (e is WebServiceRequestEventArgs request && request.Headers.TryGetValue("x-amz-copy-source-if-match", out var etag))
            request.Headers["x-amz-copy-if-match"] = etag;
    }

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;
}

[CollectionDefinition(Name)]
public sealed class RealS3 : ICollectionFixture<S3Server>
{
    public const string Name = "s3";
}
