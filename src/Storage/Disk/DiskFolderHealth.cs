using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Storage.Disk;

/// <summary>
/// Whether the folder of the objects is there. Without it, removed or not mounted any more, the store looks like one of nothing, and the
/// next write would make it anew in another place.
/// </summary>
/// <param name="store">Makes the folder when it is made itself, so it must be there before the first question.</param>
/// <param name="options">Where it is.</param>
internal sealed class DiskFolderHealth(DiskObjectStore store, IOptions<DiskStorageOptions> options) : IHealthCheck
{
    private readonly DiskObjectStore _store = store;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _store is not null && Directory.Exists(options.Value.FullRoot)
            ? HealthCheckResult.Healthy()
            : UnhealthyResults.Because(context, "the folder of the objects is gone", $"`{DiskStorageOptions.Section}:{nameof(DiskStorageOptions.Root)}` is no folder any more."));
}
