using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Commands;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <param name="Id">The asset.</param>
/// <param name="Revision">The revision that this request is part of.</param>
public sealed record ReprocessResponse(Guid Id, int Revision);

/// <param name="Id">The asset.</param>
/// <param name="Revision">The revision that is made with this focal point; the first, if the upload is not confirmed yet.</param>
public sealed record FocalPointResponse(Guid Id, int Revision);

/// <summary>The routes by which an owner changes an asset.</summary>
internal sealed class AssetCommands(ReprocessAsset reprocess, DeleteAsset delete, SetFocalPoint setFocalPoint)
{
    public async Task<IResult> ReprocessAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) => Answer(
        await reprocess.RunAsync(id, user.ToCaller(), cancellationToken),
        asset => new ReprocessResponse(asset.Id, asset.NewestRevision),
        Problem.NotReprocessable);

    public async Task<IResult> DeleteAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await delete.RunAsync(id, user.ToCaller(), cancellationToken) ? Results.NoContent() : Problem.NotFound().ToResult();

    public async Task<IResult> SetFocalPointAsync(Guid id, FocalPointRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var errors = request.Errors().ToDictionary(e => e.Field, e => new[] { e.Error }, StringComparer.Ordinal);
        return errors.Count > 0
            ? Problem.Invalid(errors).ToResult()
            : Focused(await setFocalPoint.RunAsync(id, request.ToPoint(), user.ToCaller(), cancellationToken));
    }

    public async Task<IResult> UnsetFocalPointAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Focused(await setFocalPoint.RunAsync(id, point: null, user.ToCaller(), cancellationToken));

    private static IResult Focused(ChangeResult result) =>
        Answer(result, asset => new FocalPointResponse(asset.Id, Math.Max(asset.NewestRevision, 1)), Problem.NotFocusable);

    private static IResult Answer<T>(ChangeResult result, Func<Asset, T> body, Func<string, Microsoft.AspNetCore.Mvc.ProblemDetails> notAllowed) => result switch
    {
        ChangeResult.Done done => Results.Accepted($"/api/assets/{done.Asset.Id}", body(done.Asset)),
        ChangeResult.NotFound => Problem.NotFound().ToResult(),
        ChangeResult.NotAllowed refused => notAllowed(AssetView.Word(refused.Status)).ToResult(),
        _ => throw new InvalidOperationException($"No answer for {result.GetType().Name}."),
    };
}
