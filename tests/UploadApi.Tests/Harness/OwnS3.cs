using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Storage;
using Pipeline.Storage.S3;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>A part of the test bucket that no other test uses.</summary>
internal sealed class OwnS3 : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="name">The beginning of its prefix.</param>
    public OwnS3(string name)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storage:S3:ServiceUrl"] = ProductionSettings.S3,
            ["Storage:S3:Bucket"] = ProductionSettings.Bucket,
            ["Storage:S3:Prefix"] = $"{name}-{Guid.NewGuid():N}",
            ["Storage:S3:AccessKeyId"] = ProductionSettings.AccessKey,
            ["Storage:S3:SecretAccessKey"] = ProductionSettings.SecretKey,
            ["Storage:S3:PublicUrl"] = "http://public.example",
        }).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddS3Storage(configuration);
        _services = services.BuildServiceProvider();
    }

    public StorageAreas Areas => _services.GetRequiredService<StorageAreas>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
