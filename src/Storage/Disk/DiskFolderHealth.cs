using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Storage.Disk;

/// <summary>
/// Checks that the folder of the objects exists. If it was removed or unmounted, the store would look empty, and the next write would create the
/// folder again on another file system.
/// </summary>
/// <param name="store">Its constructor creates the folder, so it must exist before the first check.</param>
/// <param name="options">Names the folder.</param>
internal sealed class DiskFolderHealth(DiskObjectStore store, IOptions<DiskStorageOptions> options) : IHealthCheck
{
    private readonly DiskObjectStore _store = store;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _store is not null && Directory.Exists(options.Value.FullRoot)
            ? HealthCheckResult.Healthy()
            : UnhealthyResults.Because(context, "the folder of the objects is missing", $"`{DiskStorageOptions.Section}:{nameof(DiskStorageOptions.Root)}` is not a folder any more."));
}
