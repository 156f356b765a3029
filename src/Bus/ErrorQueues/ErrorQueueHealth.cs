using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Pipeline.Hosting;

namespace Pipeline.Bus.ErrorQueues;

/// <summary>
/// Messages in error queues make a host degraded, which still counts as ready: the host works, and taking it out of service would turn a message
/// that needs attention into an outage.
/// </summary>
internal sealed class ErrorQueueHealth(ErrorQueueMonitor watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(watch.Filled is { Count: > 0 } filled
            ? UnhealthyResults.Because(context, string.Join(", ", filled.Select(queue => $"{queue.Messages} in {queue.Queue}")))
            : HealthCheckResult.Healthy());
}

internal static class ErrorQueueRegistration
{
    public static void AddErrorQueueWatch(this IServiceCollection services)
    {
        services.AddSingleton<ErrorQueueMonitor>().AddSingleton<IHostedService>(provider => provider.GetRequiredService<ErrorQueueMonitor>());
        services.AddHealthChecks().AddCheck<ErrorQueueHealth>("error queues", HealthStatus.Degraded);
        services.AddHealthAction("error queues", "Look at the messages, then move them back or delete them: docs/operations.md, Error queues.");
    }
}
