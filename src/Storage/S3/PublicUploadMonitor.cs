using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Storage.S3;

/// <summary>
/// Tests at the start and then every hour whether an upload can be made public; every minute while it can, or while the store does not answer.
/// Until the first result the host counts as ready, because another check reports a store that does not answer.
/// </summary>
internal sealed class PublicUploadMonitor(PublicUploadProbe probe, TimeProvider time, ILogger<PublicUploadMonitor> logger) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan WhileClosed = TimeSpan.FromHours(1);
    private static readonly TimeSpan WhileOpen = TimeSpan.FromMinutes(1);
    private volatile string? _open;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _open is { } header ? HealthCheckResult.Unhealthy($"The holder of an upload URL can make the file public ({header}).") : HealthCheckResult.Healthy());

    /// <summary>Runs one probe.</summary>
    /// <returns>The delay before the next probe.</returns>
    internal async Task<TimeSpan> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var before = _open;
            _open = await probe.FindAsync(cancellationToken);
            if (_open is { } header && before != header) logger.UploadsCanBePublic(header);
            if (_open is null && before is not null) logger.UploadsArePrivate();
            return _open is null ? WhileClosed : WhileOpen;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The result of the last probe stands until the store answers again.
            logger.UploadPrivacyUnknown(e);
            return WhileOpen;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true) await Task.Delay(await ProbeAsync(stoppingToken), time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }
}
