using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Pipeline.AllInOne.Disk;
using Pipeline.UploadApi.Http;

namespace Pipeline.AllInOne.Embedding;

internal static class DiskStorageCors
{
    /// <summary>Adds the same rule as the CORS configuration of a real bucket: the front end may PUT and read, and sees the ETag.</summary>
    public static void AddDiskStorageCors(this IServiceCollection services) =>
        services.AddOptions<CorsOptions>().Configure<IOptions<ApiOptions>>((cors, api) =>
            cors.AddPolicy(DiskStorageEndpoints.CorsPolicy, policy => policy.ForFrontend(api.Value).WithExposedHeaders("ETag")));
}
