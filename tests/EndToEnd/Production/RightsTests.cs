using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pipeline.EndToEnd.Production;

/// <summary>The rights that docs/operations.md grants to each host's key, at a real store: what it grants works, and nothing else.</summary>
public sealed class RightsTests
{
    private const string Upload = "uploads/ada/1-0011223344556677.jpg";
    private const string Original = "originals/ab/0191e9a0-0000-7000-8000-0000000000ab/9f86d081884c7d65";
    private const string Manifest = "originals/ab/0191e9a0-0000-7000-8000-0000000000ab/manifest.json";
    private const string Erased = "originals/erased/0191e9a0-0000-7000-8000-0000000000ab.json";
    private const string OriginalsMark = "originals/installation/id";
    private const string Public = "assets/ab/0191e9a0-0000-7000-8000-0000000000ab/r/w320.webp";
    private const string Private = "private/ab/0191e9a0-0000-7000-8000-0000000000ab/r/w320.webp";
    private const string Quarantine = "quarantine/0191e9a0-0000-7000-8000-0000000000ab";
    private const string QuarantineMark = "quarantine/installation/id";
    private const string Elsewhere = "backups/table.dump";

    private static readonly string[] All = [Upload, Original, Manifest, Erased, OriginalsMark, Public, Private, Quarantine, QuarantineMark, Elsewhere];

    private static readonly Dictionary<string, string[]> OfApi = new(StringComparer.Ordinal)
    {
        ["put"] = [Upload, Manifest, Erased, OriginalsMark, Public, Private, QuarantineMark],
        ["get"] = [Upload, Original, Manifest, Erased, OriginalsMark, Public, Private, QuarantineMark],
        ["delete"] = [Upload, Original, Manifest, Erased, OriginalsMark, Public, Private, Quarantine, QuarantineMark],
        ["parts"] = [Upload],
        ["bucket"] = ["list", "list-uploads"],
    };

    private static readonly Dictionary<string, string[]> OfWorker = new(StringComparer.Ordinal)
    {
        ["put"] = [Original, Manifest, Erased, OriginalsMark, Public, Private, Quarantine, QuarantineMark],
        ["get"] = [Upload, Original, Manifest, Erased, OriginalsMark, Public, Private, Quarantine, QuarantineMark],
        ["delete"] = [],
        ["parts"] = [],
        ["bucket"] = ["list"],
    };

    [Fact]
    public async Task Each_hosts_key_can_do_what_the_page_grants_and_nothing_else()
    {
        var bucket = $"rights-{Guid.NewGuid():N}";
        using var owner = Client(ProductionSettings.AccessKey, ProductionSettings.SecretKey);
        await owner.PutBucketAsync(bucket);
        try
        {
            var policies = Policies(bucket);
            policies.Count.ShouldBe(2);
            var hosts = new List<(AmazonS3Client S3, Dictionary<string, string[]> Granted, string Name)>();
            var statements = new JsonArray();
            foreach (var (policy, name, granted) in new[] { (policies[0], "uploadapi", OfApi), (policies[1], "processor", OfWorker) })
            {
                var (user, key, secret) = ($"{name}-{Guid.NewGuid():N}", $"key-{Guid.NewGuid():N}", $"secret-{Guid.NewGuid():N}");
                await Service.Store.RunAsync("user", user, key, secret);
                foreach (var statement in policy["Statement"]!.AsArray())
                {
                    // The page attaches them to users; a policy of the bucket names the users.
                    var own = statement!.DeepClone();
                    own["Principal"] = new JsonObject { ["AWS"] = new JsonArray($"arn:aws:iam:::user/{user}") };
                    statements.Add(own);
                }

                hosts.Add((Client(key, secret), granted, name));
            }

            await owner.PutBucketPolicyAsync(bucket, new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = statements }.ToJsonString());
            foreach (var (s3, granted, name) in hosts)
            {
                using (s3) await WalkAsync(owner, s3, bucket, granted, name);
            }
        }
        finally
        {
            foreach (var open in (await owner.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket })).MultipartUploads ?? []) await owner.AbortMultipartUploadAsync(bucket, open.Key, open.UploadId);
            foreach (var key in All) await owner.DeleteObjectAsync(bucket, key);
            await owner.DeleteBucketAsync(bucket);
        }
    }

    private static async Task WalkAsync(AmazonS3Client owner, AmazonS3Client s3, string bucket, Dictionary<string, string[]> granted, string name)
    {
        var wrong = new List<string>();
        foreach (var key in All)
        {
            await PutAsync(owner, bucket, key);
            await CheckAsync("get", key, async () => { using var answer = await s3.GetObjectAsync(bucket, key); });
            await CheckAsync("get", key, () => s3.GetObjectMetadataAsync(bucket, key));

            // Before the host writes: Ceph lets the writer of an object set its ACL, and a store without ACLs refuses all.
            await CheckAsync("none", key, () => s3.PutObjectAclAsync(new PutObjectAclRequest { BucketName = bucket, Key = key, ACL = S3CannedACL.PublicRead }));
            await CheckAsync("put", key, () => PutAsync(s3, bucket, key));
            var upload = await owner.InitiateMultipartUploadAsync(bucket, key);
            await CheckAsync("put", key, async () => await s3.UploadPartAsync(new UploadPartRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId, PartNumber = 1, InputStream = new MemoryStream([1]), UseChunkEncoding = false }));
            await CheckAsync("parts", key, () => s3.ListPartsAsync(bucket, key, upload.UploadId));
            await CheckAsync("parts", key, () => s3.AbortMultipartUploadAsync(bucket, key, upload.UploadId));
            await CheckAsync("delete", key, () => s3.DeleteObjectAsync(bucket, key));
        }

        await CheckAsync("bucket", "list", () => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }));
        await CheckAsync("bucket", "list-uploads", () => s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket }));
        await CheckAsync("bucket", "policy", () => s3.PutBucketPolicyAsync(bucket, """{"Version":"2012-10-17","Statement":[]}"""));
        await CheckAsync("bucket", "cors", () => s3.PutCORSConfigurationAsync(bucket, new CORSConfiguration { Rules = [new CORSRule { AllowedOrigins = ["*"], AllowedMethods = ["GET"] }] }));
        await CheckAsync("bucket", "delete", () => s3.DeleteBucketAsync(bucket));
        wrong.ShouldBeEmpty(name);

        async Task CheckAsync(string operation, string subject, Func<Task> request)
        {
            var may = granted.GetValueOrDefault(operation)?.Contains(subject, StringComparer.Ordinal) == true;
            try
            {
                await request();
                if (!may) wrong.Add($"may {operation} {subject}");
            }
            catch (AmazonS3Exception e)
            {
                if (may || e.StatusCode != HttpStatusCode.Forbidden) wrong.Add($"{(int)e.StatusCode} {e.ErrorCode}: {operation} {subject}");
            }
        }
    }

    private static Task<PutObjectResponse> PutAsync(AmazonS3Client s3, string bucket, string key) =>
        s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, ContentBody = "x", UseChunkEncoding = false });

    /// <summary>The two policies of the page whose statements have no principal, in their order: that of uploadapi, and that of processor.</summary>
    private static List<JsonNode> Policies(string bucket)
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "operations.md"));
        var policies = new List<JsonNode>();
        for (var i = 0; i < page.Length; i++)
        {
            if (page[i].Trim() != "{" || !page[i + 1].Contains("\"Version\": \"2012-10-17\"", StringComparison.Ordinal)) continue;
            var end = Array.FindIndex(page, i, line => line.TrimEnd() == page[i].TrimEnd().Replace('{', '}'));
            var policy = JsonNode.Parse(string.Join('\n', page[i..(end + 1)]).Replace("BUCKET", bucket, StringComparison.Ordinal))!;
            if (policy["Statement"]!.AsArray().All(statement => statement!["Principal"] is null)) policies.Add(policy);
        }

        return policies;
    }

    private static AmazonS3Client Client(string key, string secret) =>
        new(new BasicAWSCredentials(key, secret), new AmazonS3Config { ServiceURL = ProductionSettings.S3, ForcePathStyle = true, AuthenticationRegion = "auto", MaxErrorRetry = 0, HttpClientFactory = new NewConnections() });

    /// <summary>Ceph leaves the body of a request that it refuses on the connection, where it would spoil the next request.</summary>
    private sealed class NewConnections : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            var http = new HttpClient();
            http.DefaultRequestHeaders.ConnectionClose = true;
            return http;
        }
    }
}
