using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Storage.S3;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>The same API on the real object store of <c>./services.sh</c>, below a prefix of its own.</summary>
public sealed class S3ApiHost : ApiHost
{
    private readonly string _prefix = $"api-{Guid.NewGuid():N}";

    private protected override void AddStorage(WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storage:S3:ServiceUrl"] = ProductionSettings.S3,
            ["Storage:S3:Bucket"] = ProductionSettings.Bucket,
            ["Storage:S3:Prefix"] = _prefix,
            ["Storage:S3:AccessKeyId"] = ProductionSettings.AccessKey,
            ["Storage:S3:SecretAccessKey"] = ProductionSettings.SecretKey,
            ["Storage:S3:PublicUrl"] = "http://public.example",
        });
        builder.Services.AddS3Storage(builder.Configuration);
    }

    private protected override void MapStorage(WebApplication app)
    {
    }
}

[CollectionDefinition(Name)]
public sealed class S3ApiHostTests : ICollectionFixture<S3ApiHost>
{
    public const string Name = "api host on s3";
}
