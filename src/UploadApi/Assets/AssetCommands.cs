using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <param name="Id">The asset.</param>
/// <param name="Revision">The revision that this request is part of.</param>
public sealed record ReprocessResponse(Guid Id, int Revision);

/// <summary>Reprocesses and deletes assets of the owner.</summary>
internal sealed class AssetCommands(AssetStore assets, SweepSignal<Dispatcher> dispatcher, SweepSignal<ObjectCleanup> cleanup, TimeProvider time)
{
    /// <summary>
    /// Requests a new revision, which follows the one in flight if there is one; the published variants stay until it is ready.
    /// </summary>
    public async Task<IResult> ReprocessAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, user.UserId(), cancellationToken) is null) return Problem.NotFound().ToResult();
        var result = await assets.ChangeAsync(id, a => a.Reprocess(time.GetUtcNow()), cancellationToken);
        if (result is not var (asset, changed)) return Problem.NotFound().ToResult();
        if (!changed && !asset.CanReprocess) return Problem.NotReprocessable(AssetView.Word(asset.Status)).ToResult();
        if (changed) dispatcher.Raise();
        return Results.Accepted($"/api/assets/{id}", new ReprocessResponse(asset.Id, asset.NewestRevision));
    }

    /// <summary>Leaves a tombstone; cleanup deletes the objects at once, and late ones after the last signed URL has expired.</summary>
    public async Task<IResult> DeleteAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, user.UserId(), cancellationToken) is null) return Problem.NotFound().ToResult();
        await assets.ChangeAsync(id, a => a.Delete(time.GetUtcNow()), cancellationToken);
        cleanup.Raise();
        dispatcher.Raise();
        return Results.NoContent();
    }
}
