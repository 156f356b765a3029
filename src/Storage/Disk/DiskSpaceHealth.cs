using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Storage.Disk;

/// <summary>Checks that there is free space for uploads. Reads, confirmations and deletes work in any case.</summary>
internal sealed class DiskSpaceHealth(IOptions<DiskStorageOptions> options) : IHealthCheck
{
    private readonly DiskSpace _room = new(options.Value);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(_room.HasRoomFor(0)
        ? HealthCheckResult.Healthy()
        : UnhealthyResults.Because(context, $"the disk is full: less than {options.Value.ReserveMegabytes} MiB are free, so uploads are refused; free space, or delete assets"));
}
