using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Pipeline.AllInOne.Disk;
using Pipeline.UploadApi.Http;

namespace Pipeline.AllInOne.Embedding;

internal static class DiskStorageCors
{
    /// <summary>The rule that a real bucket gets by its CORS configuration: the front end may PUT and read, and sees the ETag.</summary>
    public static void AddDiskStorageCors(this IServiceCollection services) =>
        services.AddOptions<CorsOptions>().Configure<IOptions<ApiOptions>>((cors, api) =>
            cors.AddPolicy(DiskStorageEndpoints.CorsPolicy, policy => policy.ForFrontend(api.Value).WithExposedHeaders("ETag")));
}
