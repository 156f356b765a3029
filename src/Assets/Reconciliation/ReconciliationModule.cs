using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Installations;
using Pipeline.Assets.Runs.Walks;

namespace Pipeline.Assets.Reconciliation;

internal static class ReconciliationModule
{
    public static IServiceCollection AddReconciliation(this IServiceCollection services) => services
        .AddScoped<InstallationMarks>().AddHostedService<InstallationMarker>().AddScoped<ObjectCheck>().AddScoped<RowCheck>().AddScoped<QueueCheck>()
        .AddScoped<OrphanSafety>().AddScoped<OrphanDeletion>().AddScoped<DeleteOrphans>().AddScoped<TakeListing>()
        .AddScoped<IRunWalk, ReconcileWalk>();
}
