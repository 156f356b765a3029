using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Uploads;
using Pipeline.UploadApi.Uppy;

namespace Pipeline.UploadApi.Multipart;

/// <summary>The routes for large files.</summary>
internal static class MultipartRoutes
{
    public static void MapMultipart(this IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup("/api/upload/multipart").RequireAuthorization().WithTags("Uploads");
        uploads.MapPost("/", (BeginMultipartRequest body, ClaimsPrincipal user, [FromServices] MultipartEndpoint endpoint, CancellationToken ct) =>
                endpoint.BeginAsync(body, user, ct))
            // An upload that exists was counted when it was requested.
            .LimitedBy((limits, request) => request.Arguments.OfType<BeginMultipartRequest>().Single().Id is null ? limits.Presign : limits.Parts)
            .AcceptsIdempotencyKey(repeat => repeat.Service<MultipartEndpoint>().RepeatAsync(repeat))
            .WithName("beginMultipart").WithSummary("Begin to upload a file in parts. With an id, the file of an upload that was requested before.")
            .Produces<MultipartResponse>()
            .Refuses("unsupported_type", "too_large", "too_many_pending", "quota_exceeded", "storage_full", "insufficient_storage", "not_found", "upload_expired", "already_confirmed");
        uploads.MapGet("/{id}", (Guid id, ClaimsPrincipal user, [FromServices] MultipartEndpoint endpoint, CancellationToken ct) => endpoint.StateAsync(id, user, ct))
            .LimitedBy(limits => limits.Parts)
            .WithName("getMultipart").WithSummary("Get which parts of an upload have arrived and which are missing.")
            .Produces<MultipartStateView>().Refuses("not_found", "not_multipart", "multipart_gone", "upload_expired");
        uploads.MapPost("/{id}/parts", (Guid id, SignPartsRequest body, ClaimsPrincipal user, [FromServices] MultipartEndpoint endpoint, CancellationToken ct) =>
                endpoint.SignAsync(id, body, user, ct))
            .LimitedBy(limits => limits.Parts)
            .WithName("signParts").WithSummary("Request the presigned URLs of up to 100 parts.")
            .Produces<SignPartsResponse>().Refuses("not_found", "not_multipart", "upload_expired", "already_confirmed", "insufficient_storage");
        uploads.MapPost("/{id}/complete", (Guid id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] CompleteMultipartRequest? body, ClaimsPrincipal user, [FromServices] MultipartEndpoint endpoint, CancellationToken ct) =>
                endpoint.CompleteAsync(id, body, user, ct))
            .LimitedBy(limits => limits.Confirm).CanWaitForItsAsset()
            .WithName("completeMultipart").WithSummary("Make the parts one file, confirm it, and process it. Can be repeated.")
            .Produces<ConfirmResponse>(202)
            .Refuses("not_found", "not_multipart", "parts_missing", "multipart_gone", "upload_expired", "upload_missing", "upload_mismatch", "too_large", "insufficient_storage");
        uploads.MapDelete("/{id}", (Guid id, ClaimsPrincipal user, [FromServices] MultipartEndpoint endpoint, CancellationToken ct) => endpoint.AbortAsync(id, user, ct))
            .LimitedBy(limits => limits.Delete)
            .WithName("abortMultipart").WithSummary("Give up an upload in parts, and delete its asset. Can be repeated.")
            .Produces(204).Refuses("not_found", "not_multipart", "already_confirmed");

        app.MapUppy();
    }
}
