using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Storage.Disk;

/// <summary>Whether uploads are taken; what is there can be read, confirmed and deleted in any case.</summary>
internal sealed class DiskSpaceHealth(IOptions<DiskStorageOptions> options) : IHealthCheck
{
    private readonly DiskSpace _room = new(options.Value);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(_room.IsThereFor(0)
        ? HealthCheckResult.Healthy()
        : UnhealthyResults.Because(context, $"the disk is full: less than {options.Value.ReserveMegabytes} MiB are free, so no uploads are taken; make room, or delete assets"));
}
