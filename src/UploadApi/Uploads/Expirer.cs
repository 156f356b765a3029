using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Dispatch;
using Pipeline.UploadApi.Sweeps;
using Pipeline.UploadApi.Tidying;

namespace Pipeline.UploadApi.Uploads;

/// <summary>Gives up on uploads that were offered and never confirmed.</summary>
public sealed class Expirer(
    AssetDbContext db,
    AssetStore store,
    Wake<Tidier> wake,
    IOptions<UploadOptions> uploads,
    IOptions<DispatchOptions> dispatch,
    TimeProvider time) : ISweep
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cutoff = now - TimeSpan.FromSeconds(uploads.Value.PendingSeconds);
        var ids = await db.Assets.AsNoTracking()
            .Where(a => a.Status == AssetStatus.Pending && a.CreatedAt <= cutoff)
            .OrderBy(a => a.CreatedAt)
            .Take(dispatch.Value.BatchSize)
            .Select(a => a.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in ids) await store.ChangeAsync(id, a => a.Expire(now), cancellationToken);
        if (ids.Count > 0) wake.Up();
    }
}
