using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Assets.Overview;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Http.Roles;
using Pipeline.UploadApi.Live;

namespace Pipeline.UploadApi.Overview;

/// <summary>The routes behind the dashboard.</summary>
internal static class OverviewRoutes
{
    public static void MapOverview(this IEndpointRouteBuilder app)
    {
        var overview = app.MapGroup("/api/admin/overview").RequireRole(Role.Viewer).WithTags("Operators");
        overview.MapGet("/", async (ClaimsPrincipal user, [FromServices] OverviewReader reader, CancellationToken ct) => Results.Ok(await reader.ReadAsync(user.ToCaller(), ct)))
            .WithName("getOverview").WithSummary("Show the state of the pipeline: problems, figures, failures in groups, dependencies and workers.").Produces<OverviewView>();
        overview.MapGet("/stream", (HttpContext http, [FromServices] OverviewStream stream) => stream.HandleAsync(http))
            .WithMetadata(new GetOnly())
            .WithName("streamOverview").WithSummary("Stream the overview: an event overview with the whole document each 5 s.")
            .Produces<string>(200, StreamResponse.ContentType).Refuses("too_many_streams");

        var assets = app.MapGroup("/api/admin/assets").RequireRole(Role.Viewer).WithTags("Operators");
        assets.MapGet("/", ([AsParameters] OperatorAssetFilter filter, WholeNumber? limit, ClaimsPrincipal user, [FromServices] OperatorAssets reads, CancellationToken ct) =>
                reads.ListAsync(filter, limit?.Value, user.ToCaller(), ct))
            .WithName("listTenantAssets").WithSummary("List the assets of your tenant without file names, the newest first.").Produces<OperatorAssetPage>();
        assets.MapGet("/{id}", (Guid id, ClaimsPrincipal user, [FromServices] OperatorAssets reads, CancellationToken ct) => reads.OneAsync(id, user.ToCaller(), ct))
            .WithName("getTenantAsset").WithSummary("Get an asset of your tenant without its file name.").Produces<OperatorAssetView>().Refuses("not_found");
        assets.MapGet("/{id}/timeline", (Guid id, ClaimsPrincipal user, string? cursor, WholeNumber? limit, [FromServices] AssetReads reads, CancellationToken ct) =>
                reads.TenantTimelineAsync(id, user, cursor, limit?.Value, ct))
            .WithName("getTenantTimeline").WithSummary("List the events of an asset of your tenant, the oldest first.").Produces<Timeline>().Refuses("not_found");
    }
}
