using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Pipeline.Hosting.Diagnosis;

public static class DiagnosisRegistration
{
    /// <summary>Adds the runner of the checks, and the check of the disk of temporary files.</summary>
    public static IServiceCollection AddDoctor(this IServiceCollection services)
    {
        services.TryAddSingleton<Doctor>();
        return services.AddWatchedFolder(_ => new WatchedFolder("temporary files", Path.GetTempPath())).AddScoped<IDiagnosticCheck>(provider => new DiskSpaceCheck(provider.GetServices<WatchedFolder>()));
    }

    /// <summary>Adds a check; each run makes its own.</summary>
    public static IServiceCollection AddCheck<TCheck>(this IServiceCollection services)
        where TCheck : class, IDiagnosticCheck => services.AddScoped<IDiagnosticCheck, TCheck>();

    /// <summary>Adds a folder whose free space is checked.</summary>
    public static IServiceCollection AddWatchedFolder(this IServiceCollection services, Func<IServiceProvider, WatchedFolder> folder) => services.AddSingleton(folder);
}
