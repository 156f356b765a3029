using Microsoft.Extensions.Hosting;

namespace Pipeline.Assets.Jobs;

internal static class HostStart
{
    /// <summary>Returns once the host has started.</summary>
    public static async Task StartedAsync(this IHostApplicationLifetime host, CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = host.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}
