using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Rescans;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Diagnosis;

public static class DiagnosisModule
{
    internal static IServiceCollection AddAssetChecks(this IServiceCollection services) => services.AddDoctor().AddCheck<MigrationsCheck>().AddCheck<JobsCheck>().AddCheck<RescansCheck>();

    /// <summary>Adds the check that shows what workers found; for composition roots whose workers are other processes.</summary>
    public static IServiceCollection AddWorkersCheck(this IServiceCollection services) => services.AddCheck<WorkersCheck>();
}
