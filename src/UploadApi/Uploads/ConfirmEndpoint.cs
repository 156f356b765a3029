using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <summary>Names the upload by id, by key or by both.</summary>
public sealed record ConfirmRequest(Guid? Id, string? Key = null, string? OriginalFilename = null);

public sealed record ConfirmResponse(bool Success, Guid Id, string Key, string Status);

/// <summary><c>POST /api/upload/confirm</c>: the file has arrived.</summary>
internal sealed class ConfirmEndpoint(ConfirmUpload confirm)
{
    public async Task<IResult> HandleAsync(ConfirmRequest request, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await confirm.RunAsync(request.Id, request.Key, request.OriginalFilename, user.ToCaller(), cancellationToken) switch
        {
            ConfirmResult.Confirmed confirmed => Accepted(confirmed.Asset),
            ConfirmResult.Invalid invalid => Problem.Invalid(invalid.Errors).ToResult(),
            ConfirmResult.NotFound => Problem.NotFound().ToResult(),
            ConfirmResult.Missing => Problem.UploadMissing().ToResult(),
            ConfirmResult.Mismatch mismatch => Problem.UploadMismatch(mismatch.Announced, mismatch.Received).ToResult(),
            ConfirmResult.Expired => Problem.UploadExpired().ToResult(),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };

    private static IResult Accepted(Asset asset) => Results.Accepted(
        $"/api/assets/{asset.Id}", new ConfirmResponse(true, asset.Id, asset.IncomingKey, AssetView.Word(asset.Status)));
}
