using Amazon.S3;
using Pipeline.TestKit;

namespace Pipeline.Corpus;

/// <summary>Makes published objects readable by everyone, and no others, as an operator sets a bucket up.</summary>
internal static class PublicBucket
{
    /// <returns>The public address.</returns>
    public static async Task<string> OpenAsync()
    {
        using var client = new AmazonS3Client(
            ProductionSettings.AccessKey,
            ProductionSettings.SecretKey,
            new AmazonS3Config { ServiceURL = ProductionSettings.S3, ForcePathStyle = true, AuthenticationRegion = "auto" });
        await client.PutBucketPolicyAsync(ProductionSettings.Bucket, $$"""
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
             "Resource": "arn:aws:s3:::{{ProductionSettings.Bucket}}/assets/*"}]}
            """);
        return $"{ProductionSettings.S3}/{ProductionSettings.Bucket}";
    }
}
