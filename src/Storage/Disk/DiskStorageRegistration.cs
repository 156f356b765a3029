using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.Costs;
using Pipeline.Storage.Diagnosis;
using Pipeline.Storage.Targets;

namespace Pipeline.Storage.Disk;

/// <summary>Registers one folder of this server as the store of all areas.</summary>
public static class DiskStorageRegistration
{
    /// <summary>
    /// Adds the store, its multipart uploads, its signer and <see cref="StorageAreas"/>, configured by <see cref="DiskStorageOptions.Section"/>. The composition root
    /// maps the endpoints that serve them.
    /// </summary>
    public static IServiceCollection AddDiskStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<DiskStorageOptions>(configuration, DiskStorageOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StoreRequestCounts>();
        services.TryAddSingleton<AreaSides>();
        services.AddSingleton<DiskObjectStore>();
        services.AddSingleton<DiskUploadSigner>();
        services.AddSingleton<DiskMultipartUploads>().AddSingleton<IMultipartUploads>(provider => provider.GetRequiredService<DiskMultipartUploads>());
        services.AddSingleton(provider => StorageAreas.Shared(
            new CountedStore(provider.GetRequiredService<DiskObjectStore>(), provider.GetRequiredService<StoreRequestCounts>()),
            provider.GetRequiredService<DiskUploadSigner>(),
            new Uri($"{provider.GetRequiredService<IOptions<DiskStorageOptions>>().Value.BaseUrl.AbsoluteUri.TrimEnd('/')}/storage/public")));
        services.AddWatchedFolder(provider => new WatchedFolder("objects", provider.GetRequiredService<IOptions<DiskStorageOptions>>().Value.Root));
        services.AddAreasCheck(new RightsOfStore(HasRights: false));
        services.AddHealthChecks().AddCheck<StorageHealth>("storage").AddCheck<DiskSpaceHealth>("disk").AddCheck<DiskFolderHealth>("folder");
        services.AddHealthAction("storage", "Check that the folder of the objects can be read and written.");
        services.AddHealthAction("disk", "Free space on the disk, or delete assets.");
        services.AddHealthAction("folder", "Mount or restore the folder of the objects, then restart the server.");
        return services;
    }
}
