using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Commands;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;

namespace Pipeline.UploadApi.Assets;

/// <param name="Id">The asset.</param>
/// <param name="Revision">The revision that this request is part of.</param>
public sealed record ReprocessResponse(Guid Id, int Revision);

/// <param name="Id">The asset.</param>
/// <param name="Revision">The revision that is made with this focal point; the first, if the upload is not confirmed yet.</param>
public sealed record FocalPointResponse(Guid Id, int Revision);

/// <param name="Results">One for each id, in the order of the request.</param>
public sealed record KeepResponse(IReadOnlyList<KeptAsset> Results);

/// <param name="Id">The asset.</param>
/// <param name="Success">Whether the asset is kept. True also for an asset that was not temporary.</param>
/// <param name="Error">The reason; left out on success.</param>
public sealed record KeptAsset(Guid Id, bool Success, ItemError? Error);

/// <summary>The routes by which an owner changes an asset.</summary>
internal sealed class AssetCommands(AssetStore assets, ReprocessAsset reprocess, DeleteAsset delete, SetFocalPoint setFocalPoint, KeepAssets keep)
{
    public async Task<IResult> ReprocessAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) => Answer(
        await reprocess.RunAsync(id, user.ToCaller(), cancellationToken),
        asset => new ReprocessResponse(asset.Id, asset.NewestRevision),
        Problem.NotReprocessable);

    /// <summary>The revision that the first request got, unless the asset is deleted since.</summary>
    public async Task<IResult> RepeatReprocessAsync(RepeatedRequest repeat) =>
        Answer(
            await assets.FindAsync(repeat.Record.ResourceId, repeat.Caller, repeat.Aborted) switch
            {
                null or { Status: AssetStatus.Deleted } => new ChangeResult.NotFound(),
                var asset => new ChangeResult.Done(asset),
            },
            asset => new ReprocessResponse(asset.Id, repeat.Record.Number!.Value),
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

    public async Task<IResult> KeepAsync(AssetIdsRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (request.Errors() is { Count: > 0 } errors) return Problem.Invalid(errors).ToResult();
        var results = await keep.RunAsync(request.Ids!.ToHashSet(), user.ToCaller(), cancellationToken);
        return Results.Ok(new KeepResponse([.. request.Ids!.Select(id => Kept(id, results[id]))]));
    }

    private static KeptAsset Kept(Guid id, KeepResult result) => result switch
    {
        KeepResult.Kept => new KeptAsset(id, true, Error: null),
        KeepResult.NotFound => new KeptAsset(id, false, ItemError.Of(Problem.NotFound())),
        KeepResult.Unavailable => new KeptAsset(id, false, ItemError.Of(Problem.Unavailable())),
        _ => throw new InvalidOperationException($"No answer for {result}."),
    };

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
