using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Hosting;

namespace Pipeline.Assets.Runs;

internal static class RunsModule
{
    public static IServiceCollection AddRuns(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<RunsOptions>(configuration, RunsOptions.Section);
        services.AddScoped<RunRequestCheck>().AddScoped<RunForecast>().AddScoped<PlanRun>().AddScoped<ChangeRun>().AddScoped<StartRun>().AddScoped<RollBackRun>();
        services.AddScoped<RunReader>().AddScoped<FailedAssets>();
        services.AddValidatedOptions<RescanOptions>(configuration, RescanOptions.Section);
        services.AddScoped<RescanBudget>().AddScoped<RescanHits>().AddScoped<RescanOutcomes>().AddSingleton<RescanScheduleState>();
        return services.AddScoped<RunBrakes>().AddScoped<RunStep>().AddScoped<RunWalks>().AddScoped<RunWalker>().AddScoped<StoreWideRuns>().AddScoped<RunEnd>();
    }
}
