using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Hosting;
using Pipeline.UploadApi.Areas;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Audit;
using Pipeline.UploadApi.Batches;
using Pipeline.UploadApi.Costs;
using Pipeline.UploadApi.Delivery;
using Pipeline.UploadApi.Diagnosis;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Jobs;
using Pipeline.UploadApi.Limits;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Multipart;
using Pipeline.UploadApi.Overview;
using Pipeline.UploadApi.Queues;
using Pipeline.UploadApi.Runs;
using Pipeline.UploadApi.Uploads;
using Pipeline.UploadApi.Webhooks;

namespace Pipeline.UploadApi;

/// <summary>All routes of the HTTP API.</summary>
internal static class Routes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app = app.WithHeadWhereverGet();
        var uploads = app.MapGroup("/api/upload").RequireAuthorization().WithTags("Uploads");
        uploads.MapPost("/presigned-url", (PresignRequest body, ClaimsPrincipal user, [FromServices] PresignEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleAsync(body, user, ct))
            .LimitedBy(limits => limits.Presign).AcceptsIdempotencyKey(repeat => repeat.Service<PresignEndpoint>().RepeatAsync(repeat))
            .WithName("presignUpload").WithSummary("Request a presigned URL for a PUT of exactly the announced file.")
            .Produces<PresignResponse>().Refuses("unsupported_type", "too_large", "too_many_pending", "quota_exceeded", "storage_full", "not_found", "upload_expired", "already_confirmed", "insufficient_storage");
        uploads.MapPost("/confirm", (ConfirmRequest body, ClaimsPrincipal user, [FromServices] ConfirmEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleAsync(body, user, ct))
            .LimitedBy(limits => limits.Confirm).CanWaitForItsAsset()
            .WithName("confirmUpload").WithSummary("Confirm that the file has arrived, and process it. Can be repeated.")
            .Produces<ConfirmResponse>(202).Refuses("not_found", "upload_missing", "upload_mismatch", "too_large", "upload_expired");

        var assets = app.MapGroup("/api/assets").RequireAuthorization().WithTags("Assets");
        assets.MapGet("/", (ClaimsPrincipal user, string? status, string? ids, Guid? batchId, bool? stale, string? staleReason, string? cursor, WholeNumber? limit, [FromServices] AssetReads reads, CancellationToken ct) =>
                reads.ListAsync(user, status, ids, batchId, stale, staleReason, cursor, limit?.Value, ct))
            .WithName("listAssets").WithSummary("List your assets, newest first; unconfirmed uploads and deleted assets only on request.")
            .Produces<AssetPage>();
        assets.MapGet("/{id}", (Guid id, ClaimsPrincipal user, [FromServices] AssetEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(id, user, ct))
            .CanWaitFor(StreamScope.OfAsset)
            .WithName("getAsset").WithSummary("Get an asset with its variants.").Produces<AssetView>().Refuses("not_found");
        assets.MapGet("/{id}/timeline", (Guid id, ClaimsPrincipal user, string? cursor, WholeNumber? limit, [FromServices] AssetReads reads, CancellationToken ct) =>
                reads.TimelineAsync(id, user, cursor, limit?.Value, ct))
            .WithName("getTimeline").WithSummary("List the events of an asset, the oldest first.")
            .Produces<Timeline>().Refuses("not_found");
        assets.MapGet("/{id}/similar", (Guid id, ClaimsPrincipal user, WholeNumber? distance, WholeNumber? limit, [FromServices] SimilarAssets similar, CancellationToken ct) =>
                similar.HandleAsync(id, user, distance?.Value, limit?.Value, ct))
            .WithName("getSimilar").WithSummary("List your assets that look like this one, the most similar first.")
            .Produces<SimilarPage>().Refuses("not_found", "no_perceptual_hash");
        assets.MapPut("/{id}/focal-point", (Guid id, FocalPointRequest body, ClaimsPrincipal user, [FromServices] AssetCommands commands, CancellationToken ct) =>
                commands.SetFocalPointAsync(id, body, user, ct))
            .LimitedBy(limits => limits.FocalPoint)
            .WithName("setFocalPoint").WithSummary("Set the point that crops keep in view; a confirmed asset is reprocessed with it.")
            .Produces<FocalPointResponse>(202).Refuses("not_found", "not_focusable");
        assets.MapDelete("/{id}/focal-point", (Guid id, ClaimsPrincipal user, [FromServices] AssetCommands commands, CancellationToken ct) =>
                commands.UnsetFocalPointAsync(id, user, ct))
            .LimitedBy(limits => limits.FocalPoint)
            .WithName("unsetFocalPoint").WithSummary("Remove the focal point, so that the workers choose the crop.")
            .Produces<FocalPointResponse>(202).Refuses("not_found", "not_focusable");
        assets.MapPost("/{id}/reprocess", (Guid id, ClaimsPrincipal user, [FromServices] AssetCommands commands, CancellationToken ct) =>
                commands.ReprocessAsync(id, user, ct))
            .LimitedBy(limits => limits.Reprocess).AcceptsIdempotencyKey(repeat => repeat.Service<AssetCommands>().RepeatReprocessAsync(repeat))
            .WithName("reprocessAsset").WithSummary("Make the variants again; the old ones stay until the new ones are ready.")
            .Produces<ReprocessResponse>(202).Refuses("not_found", "not_reprocessable");
        assets.MapDelete("/{id}", (Guid id, ClaimsPrincipal user, [FromServices] AssetCommands commands, CancellationToken ct) =>
                commands.DeleteAsync(id, user, ct))
            .LimitedBy(limits => limits.Delete)
            .WithName("deleteAsset").WithSummary("Delete the asset and all its objects.").Produces(204).Refuses("not_found");

        app.MapGroup("/api/limits").RequireAuthorization().WithTags("Uploads")
            .MapGet("/", (ClaimsPrincipal user, [FromServices] LimitsEndpoint limits, CancellationToken ct) => limits.HandleAsync(user, ct))
            .WithName("getLimits").WithSummary("Get the files that you may upload, and the rest of each limit.").Produces<LimitsResponse>();

        app.MapDelivery();
        app.MapLive();
        app.MapBatches();
        app.MapMultipart();
        app.MapWebhooks();
        app.MapAudit();
        app.MapRuns();
        app.MapAreas();
        app.MapJobs();
        app.MapDoctor();
        app.MapCosts();
        app.MapQueues();
        app.MapOverview();
        app.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json").AllowAnonymous();
        app.MapApiReference();
        app.MapHealth();
    }
}
