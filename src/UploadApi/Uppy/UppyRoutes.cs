using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;

namespace Pipeline.UploadApi.Uppy;

/// <summary>The route that Uppy's <c>signRequest</c> calls, and the short-lived URLs that it gets.</summary>
internal static class UppyRoutes
{
    public static void AddUppy(this IServiceCollection services)
    {
        services.AddSingleton<StoreUrls>();
        services.AddScoped<SignEndpoint>().AddScoped<StoreEndpoint>();
        StoreUrlAuthentication.AddTo(services);
    }

    public static void MapUppy(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/upload").RequireAuthorization().WithTags("Uploads")
            .MapPost("/sign", (SignRequest body, ClaimsPrincipal user, [FromServices] SignEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(body, user, ct))
            // Uppy gives a file up after a 429, so only what begins an upload counts as a presign request.
            .LimitedBy((limits, request) => request.Arguments.OfType<SignRequest>().Single().IsNewUpload ? limits.Presign : limits.Parts)
            .AcceptsIdempotencyKey(repeat => repeat.Service<SignEndpoint>().RepeatAsync(repeat))
            .WithName("signRequest").WithSummary("Sign one S3 request of Uppy: its signRequest sends what it gets, and returns the answer.")
            .Produces<SignResponse>()
            .Refuses("unsupported_type", "too_large", "too_many_pending", "quota_exceeded", "storage_full", "insufficient_storage", "not_found", "not_multipart", "upload_expired", "already_confirmed", "urls_not_configured");

        // Not in the API document: clients get these URLs whole, and they speak S3's XML.
        var store = app.MapGroup(StoreUrls.Path).RequireAuthorization(StoreUrlAuthentication.Policy).ExcludeFromDescription();
        store.MapMethods("/{id}", ["GET", "POST", "DELETE"], (Guid id, ClaimsPrincipal user, [FromServices] StoreEndpoint endpoint, HttpContext http) =>
                endpoint.HandleAsync(id, user, http))
            .LimitedBy(limits => limits.Parts);
    }
}
