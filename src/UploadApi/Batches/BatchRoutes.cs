using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Batches;

/// <summary>The routes for many files at once.</summary>
internal static class BatchRoutes
{
    public static void MapBatches(this IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup("/api/upload").RequireAuthorization().WithTags("Uploads");
        uploads.MapPost("/presigned-urls", (PresignBatchRequest body, ClaimsPrincipal user, [FromServices] PresignBatchEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleAsync(body, user, ct))
            .LimitedBy(limits => limits.Presign).AcceptsIdempotencyKey(repeat => repeat.Service<PresignBatchEndpoint>().RepeatAsync(repeat))
            .WithMetadata(new UnreadableBody(PresignBatchEndpoint.Describe))
            .WithName("presignBatch").WithSummary("Request the presigned URLs of up to 100 files: of all or, if one is refused, of none.")
            .Produces<PresignBatchResponse>().Refuses("too_many_pending", "quota_exceeded", "storage_full", "not_found", "upload_expired", "already_confirmed", "insufficient_storage");
        uploads.MapPost("/{id}/url", (Guid id, ClaimsPrincipal user, [FromServices] SignAgainEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleAsync(id, user, ct))
            .LimitedBy(limits => limits.SignAgain)
            .WithName("signUploadAgain").WithSummary("Request another presigned URL for the same upload.")
            .Produces<PresignResponse>().Refuses("not_found", "upload_expired", "already_confirmed", "insufficient_storage");
        uploads.MapPost("/confirm-batch", (AssetIdsRequest body, ClaimsPrincipal user, [FromServices] ConfirmEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleEachAsync(body, user, ct))
            .LimitedBy(limits => limits.Confirm)
            .WithName("confirmBatch").WithSummary("Confirm up to 100 uploads, each by itself. Can be repeated.")
            .Produces<ConfirmBatchResponse>();

        app.MapGroup("/api/assets").RequireAuthorization().WithTags("Assets")
            .MapPost("/keep", (AssetIdsRequest body, ClaimsPrincipal user, [FromServices] AssetCommands commands, CancellationToken ct) =>
                commands.KeepAsync(body, user, ct))
            .LimitedBy(limits => limits.Keep)
            .WithName("keepAssets").WithSummary("Keep up to 100 temporary assets, so that they are not deleted.")
            .Produces<KeepResponse>();

        var batches = app.MapGroup("/api/batches").RequireAuthorization().WithTags("Batches");
        batches.MapGet("/{batchId}", (Guid batchId, ClaimsPrincipal user, [FromServices] BatchEndpoint endpoint, CancellationToken ct) =>
                endpoint.OneAsync(batchId, user, ct))
            .CanWaitFor(StreamScope.OfBatch, "batchId")
            .WithName("getBatch").WithSummary("Get a batch with its assets, in the order of the request.")
            .Produces<BatchView<AssetView>>().Refuses("not_found");
        batches.MapPost("/{batchId}/close", (Guid batchId, ClaimsPrincipal user, [FromServices] BatchEndpoint endpoint, CancellationToken ct) =>
                endpoint.CloseAsync(batchId, user, ct))
            .LimitedBy(limits => limits.Delete)
            .WithName("closeBatch").WithSummary("Expire the uploads of a batch that are not confirmed, so that the batch completes. Can be repeated.")
            .Produces<BatchView<AssetView>>().Refuses("not_found");
    }
}
