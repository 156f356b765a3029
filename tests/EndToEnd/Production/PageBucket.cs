using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.EndToEnd.Production;

/// <summary>A bucket of its own, whose CORS rule names the origin of a page.</summary>
internal sealed class PageBucket : IAsyncDisposable
{
    private readonly AmazonS3Client _s3 = new(
        new BasicAWSCredentials(ProductionSettings.AccessKey, ProductionSettings.SecretKey),
        new AmazonS3Config { ServiceURL = ProductionSettings.S3, ForcePathStyle = true, AuthenticationRegion = "auto" });

    public string Name { get; } = $"page-{Guid.NewGuid():N}";

    public static async Task<PageBucket> MakeAsync(string origin)
    {
        var bucket = new PageBucket();
        await bucket._s3.PutBucketAsync(bucket.Name);
        // Without it the API is not ready, since the holder of an upload URL could make the file public.
        await bucket._s3.PutPublicAccessBlockAsync(new PutPublicAccessBlockRequest { BucketName = bucket.Name, PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { IgnorePublicAcls = true } });
        await bucket._s3.PutCORSConfigurationAsync(bucket.Name, new CORSConfiguration
        {
            Rules = [new CORSRule { AllowedOrigins = [origin], AllowedMethods = ["GET", "PUT", "POST", "DELETE", "HEAD"], AllowedHeaders = ["*"], ExposeHeaders = ["ETag"], MaxAgeSeconds = 3600 }],
        });
        // Published variants are public.
        await bucket._s3.PutBucketPolicyAsync(bucket.Name, $$"""
            { "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{{bucket.Name}}/assets/*" } ] }
            """);
        return bucket;
    }

    public async ValueTask DisposeAsync()
    {
        using (_s3)
        {
            var objects = (await _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Name })).S3Objects ?? [];
            foreach (var one in objects) await _s3.DeleteObjectAsync(Name, one.Key);
            ((await _s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Name })).MultipartUploads ?? []).ShouldBeEmpty("each was completed");
            await _s3.DeleteBucketAsync(Name);
        }
    }
}
