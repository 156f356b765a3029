using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <summary>Names the upload by id, by key or by both.</summary>
public sealed record ConfirmRequest(Guid? Id, string? Key = null, string? OriginalFilename = null);

/// <param name="Success">Always true.</param>
/// <param name="Id">The asset.</param>
/// <param name="Key">The key of the upload.</param>
/// <param name="Status">The status of the asset.</param>
/// <param name="Asset">The asset, if the request waited for it.</param>
public sealed record ConfirmResponse(bool Success, Guid Id, string Key, string Status, AssetView? Asset = null);

/// <param name="Results">One for each id, in the order of the request.</param>
public sealed record ConfirmBatchResponse(IReadOnlyList<ConfirmBatchResult> Results);

/// <param name="Id">The asset.</param>
/// <param name="Success">Whether the upload is confirmed, by this request or an earlier one.</param>
/// <param name="Status">The status; left out on an error.</param>
/// <param name="Error">The reason; left out on success.</param>
public sealed record ConfirmBatchResult(Guid Id, bool Success, string? Status, ItemError? Error);

/// <summary><c>POST /api/upload/confirm</c> and <c>POST /api/upload/confirm-batch</c>: the file has arrived, or several have.</summary>
internal sealed class ConfirmEndpoint(ConfirmUpload confirm)
{
    public async Task<IResult> HandleAsync(ConfirmRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var result = await confirm.RunAsync(request.Id, request.Key, request.OriginalFilename, user.ToCaller(), cancellationToken);
        return Answer(result);
    }

    /// <summary>The answer of every route that confirms one upload.</summary>
    public static IResult Answer(ConfirmResult result) => result is ConfirmResult.Confirmed { Asset: var asset }
        ? Results.Accepted($"/api/assets/{asset.Id}", new ConfirmResponse(true, asset.Id, asset.IncomingKey, AssetView.Word(asset.Status)))
        : Problem.Of(result)!.ToResult();

    public async Task<IResult> HandleEachAsync(AssetIdsRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (request.Errors() is { Count: > 0 } errors) return Problem.Invalid(errors).ToResult();
        var results = await confirm.RunEachAsync(request.Ids!.ToHashSet(), user.ToCaller(), cancellationToken);
        return Results.Ok(new ConfirmBatchResponse([.. request.Ids!.Select(id => Of(id, results[id]))]));
    }

    private static ConfirmBatchResult Of(Guid id, ConfirmResult result) => result is ConfirmResult.Confirmed { Asset: var asset }
        ? new ConfirmBatchResult(id, true, AssetView.Word(asset.Status), Error: null)
        : new ConfirmBatchResult(id, false, Status: null, ItemError.Of(Problem.Of(result)!));
}
