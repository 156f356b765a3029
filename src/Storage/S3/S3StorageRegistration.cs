using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.Costs;
using Pipeline.Storage.Diagnosis;
using Pipeline.Storage.Targets;

namespace Pipeline.Storage.S3;

/// <summary>Registers S3 buckets as the stores of the areas.</summary>
public static class S3StorageRegistration
{
    /// <summary>
    /// Adds <see cref="StorageAreas"/> and <see cref="IMultipartUploads"/> of the incoming area, configured by <see cref="S3StorageOptions.Section"/>, <see cref="S3AreasOptions.Section"/> and the
    /// <c>R2_*</c> names. If a required setting is missing, the start fails and names it.
    /// </summary>
    public static IServiceCollection AddS3Storage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings(configuration, S3Completeness.AllAreas);
        services.AddSingleton(provider => new S3Areas(
            provider.GetRequiredService<IOptions<S3StorageOptions>>().Value,
            provider.GetRequiredService<IOptions<S3AreasOptions>>().Value,
            provider.GetRequiredService<IOptions<S3TargetsOptions>>().Value,
            provider.GetRequiredService<AreaSides>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<S3ObjectStore>>(),
            provider.GetRequiredService<StoreRequestCounts>()));
        services.TryAddSingleton<StoreRequestCounts>();
        services.TryAddSingleton<AreaSides>();
        services.AddNamedOptions<S3TargetsOptions, S3AreaOptions>(configuration, S3TargetsOptions.Section, options => options.ByName);
        services.AddSingleton<IValidateOptions<S3AreasOptions>, S3Moves>();
        services.AddSingleton(provider => provider.GetRequiredService<S3Areas>().Areas);
        services.AddSingleton<IMultipartUploads>(provider => provider.GetRequiredService<S3Areas>().Multipart);
        services.AddHealthChecks().AddCheck<StorageHealth>("storage");
        services.AddHealthAction("storage", "Check that the object store runs, that this host reaches it and that its key is valid. Uploads and work wait and go on by themselves.");
        return services;
    }

    /// <summary>Adds the check of the areas for the host that signs uploads.</summary>
    public static IServiceCollection AddS3AreasCheck(this IServiceCollection services) =>
        services.AddAreasCheck(RightsOfStore.Prefixes, provider => provider.GetRequiredService<S3Areas>().Incoming.Handler());

    /// <summary>
    /// Adds the probe that tests whether a client can make an upload public; while it can, the host is not ready. For the host that signs
    /// uploads.
    /// </summary>
    public static IServiceCollection AddPublicUploadWatch(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PublicUploadProbe(provider.GetRequiredService<StorageAreas>(), provider.GetRequiredService<TimeProvider>()));
        services.AddScoped<IDiagnosticCheck>(provider => new PrivateUploadsCheck(provider.GetRequiredService<PublicUploadProbe>()));
        services.AddSingleton<PublicUploadMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<PublicUploadMonitor>());
        services.AddHealthChecks().AddCheck<PublicUploadMonitor>("private-uploads");
        services.AddHealthAction("private-uploads", "Close the bucket of uploads to the public: docs/operations.md, Uploads stay private.");
        return services;
    }

    /// <summary>Adds only <see cref="BucketCors"/>, with the same settings; only those of the incoming area are required.</summary>
    public static IServiceCollection AddBucketCors(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings(configuration, [nameof(S3AreasOptions.Incoming)]);
        services.AddSingleton(provider =>
        {
            var shared = provider.GetRequiredService<IOptions<S3StorageOptions>>().Value;
            return new BucketCors(
                S3AreaSettings.Of(provider.GetRequiredService<IOptions<S3AreasOptions>>().Value.Incoming, shared),
                shared,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<BucketCors>>());
        });
        return services;
    }

    private static void AddSettings(this IServiceCollection services, IConfiguration configuration, IReadOnlyList<string> areas)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<S3StorageOptions>(configuration, S3StorageOptions.Section, options => R2Settings.Fill(options, configuration));
        services.AddValidatedOptions<S3AreasOptions>(configuration, S3AreasOptions.Section);
        services.AddSingleton<IValidateOptions<S3StorageOptions>>(new S3Completeness(configuration, areas));
    }
}
