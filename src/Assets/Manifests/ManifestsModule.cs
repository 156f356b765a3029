using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Hosting;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Manifests;

internal static class ManifestsModule
{
    public static IServiceCollection AddManifests(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<ManifestOptions>(configuration, ManifestOptions.Section);
        services.AddSingleton<ManifestFiles>().AddSingleton<ManifestBackfillPosition>();
        return services.AddScoped<EraseAgain>().AddScoped<TakeBack>().AddScoped<RebuildReader>().AddScoped<IRunWalk, RebuildWalk>().AddCheck<ManifestsCheck>();
    }
}
