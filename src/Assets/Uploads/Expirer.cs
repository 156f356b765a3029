using Microsoft.Extensions.Options;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Uploads;

/// <summary>Expires uploads that were not confirmed in time.</summary>
public sealed class Expirer(AssetDbContext db, AssetStore store, SweepSignal<ObjectCleanup> signal, IOptions<UploadOptions> uploads, TimeProvider time) : ISweep
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cutoff = now - TimeSpan.FromSeconds(uploads.Value.PendingSeconds);
        var old = db.Assets.Where(a => a.Status == AssetStatus.Pending && a.CreatedAt <= cutoff).OrderBy(a => a.CreatedAt);
        while (await store.ClaimAsync(old, a => a.Expire(now), cancellationToken) is not null) signal.Raise();
    }
}
