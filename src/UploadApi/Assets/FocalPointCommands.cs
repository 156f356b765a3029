using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <param name="Id">The asset.</param>
/// <param name="Revision">The revision that is made with this focal point; the first, if the upload is not confirmed yet.</param>
public sealed record FocalPointResponse(Guid Id, int Revision);

/// <summary><c>PUT</c> and <c>DELETE /api/assets/{id}/focal-point</c>: sets or removes the place that crops keep in view.</summary>
internal sealed class FocalPointCommands(AssetStore assets, SweepSignal<Dispatcher> dispatcher, TimeProvider time)
{
    public async Task<IResult> SetAsync(Guid id, FocalPointRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var errors = request.Errors().ToDictionary(e => e.Field, e => new[] { e.Error }, StringComparer.Ordinal);
        return errors.Count > 0
            ? Problem.Invalid(errors).ToResult()
            : await ChangeAsync(id, request.ToPoint(), user, cancellationToken);
    }

    public Task<IResult> UnsetAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        ChangeAsync(id, point: null, user, cancellationToken);

    private async Task<IResult> ChangeAsync(Guid id, FocalPoint? point, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await assets.FindAsync(id, user.UserId(), cancellationToken) is null) return Problem.NotFound().ToResult();
        var result = await assets.ChangeAsync(id, a => a.Focus(point, time.GetUtcNow()), cancellationToken);
        if (result is not var (asset, changed)) return Problem.NotFound().ToResult();
        if (!asset.CanFocus) return Problem.NotFocusable(AssetView.Word(asset.Status)).ToResult();
        if (changed) dispatcher.Raise();
        return Results.Accepted($"/api/assets/{id}", new FocalPointResponse(asset.Id, Math.Max(asset.NewestRevision, 1)));
    }
}
