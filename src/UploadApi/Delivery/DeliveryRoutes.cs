using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Assets.Delivery;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.StoreEvents;

namespace Pipeline.UploadApi.Delivery;

/// <summary>The routes that show assets to pages and hand out files, and the one by which a store tells of uploads.</summary>
internal static class DeliveryRoutes
{
    public static void MapDelivery(this IEndpointRouteBuilder app)
    {
        var assets = app.MapGroup("/api/assets").RequireAuthorization().WithTags("Assets");
        assets.MapPatch("/{id}", (Guid id, ChangeAssetRequest body, ClaimsPrincipal user, [FromServices] VisibilityEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleAsync(id, body, user, ct))
            .LimitedBy(limits => limits.Visibility)
            .WithName("changeAsset").WithSummary("Make an asset public or private. Can be repeated.")
            .Produces<AssetView>().Refuses("not_found");
        assets.MapGet("/{id}/download-url", (Guid id, string? variant, string? format, WholeNumber? expiresIn, ClaimsPrincipal user, [FromServices] DownloadEndpoint endpoint, CancellationToken ct) =>
                endpoint.ByIdAsync(id, variant, format, expiresIn?.Value, user, ct))
            .LimitedBy(limits => limits.DownloadUrl).WithMetadata(new GetOnly())
            .WithName("getDownloadUrl").WithSummary("Get a presigned URL that reads the original or a variant.")
            .Produces<DownloadResponse>().Refuses("not_found", "not_downloadable", "unknown_variant");
        assets.MapGet("/download-url", (string? key, WholeNumber? expiresIn, ClaimsPrincipal user, [FromServices] DownloadEndpoint endpoint, CancellationToken ct) =>
                endpoint.ByKeyAsync(key, expiresIn?.Value, user, ct))
            .LimitedBy(limits => limits.DownloadUrl).WithMetadata(new GetOnly())
            .WithName("getDownloadUrlByKey").WithSummary("Get a presigned URL that reads the file of a stored key.")
            .Produces<DownloadResponse>().Refuses("not_found", "not_downloadable", "unknown_variant");
        assets.MapGet("/{id}/image", (Guid id, WholeNumber? w, string? format, HttpContext context, [FromServices] ImageEndpoint image, CancellationToken ct) =>
                image.HandleAsync(id, w?.Value, format, context, ct))
            .AllowAnonymous().RequireCors(FrontendCors.PublicPolicy).VariesByAccept()
            .WithName("getImage").WithSummary("Redirect to the variant that fits width and Accept; a private asset needs a token.").Produces(302).Refuses("not_found");
        assets.MapGet("/{id}/picture", (Guid id, string? sizes, string? alt, [FromQuery(Name = "class")] string? classes, HttpContext context, [FromServices] PictureEndpoint picture, CancellationToken ct) =>
                picture.HandleAsync(id, sizes, alt, classes, context, ct))
            .AllowAnonymous().RequireCors(FrontendCors.PublicPolicy)
            .WithName("getPicture").WithSummary("Get srcset, sizes and an escaped picture element; a private asset needs a token.").Produces<PictureView>().Refuses("not_found");

        app.MapGroup("/api").WithTags("Store")
            .MapPost("/store-events", (HttpRequest request, [FromServices] StoreEventEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleAsync(request, ct))
            .Accepts<JsonElement>("application/json").AllowAnonymous()
            .WithName("storeEvents").WithSummary("Tell of objects that were written to the bucket; S3, Ceph, MinIO, R2 and Cloudflare Queues.")
            .Produces<StoreEventResponse>().Refuses("not_found", "unauthorized");
    }
}
