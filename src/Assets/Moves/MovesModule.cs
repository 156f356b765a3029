using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Hosting;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Moves;

internal static class MovesModule
{
    public static IServiceCollection AddMoves(this IServiceCollection services)
    {
        services.AddScoped<MoveReadiness>().AddScoped<SwitchArea>().AddScoped<AreaReader>().AddScoped<IRunWalk, MigrateWalk>().AddCheck<AreaMovesCheck>();
        services.AddSingleton<AreaMovesSync>().AddHostedService(provider => provider.GetRequiredService<AreaMovesSync>());
        services.AddHealthChecks().AddCheck<AreaMovesSync>("moves");
        services.AddHealthAction("moves", "Name the new store of the area in this instance's settings: docs/runs.md, Migrate.");
        return services;
    }
}
