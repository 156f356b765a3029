using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Assets.Moves;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Areas;

/// <summary>The routes of areas that move to another store.</summary>
internal static class AreaRoutes
{
    public static void MapAreas(this IEndpointRouteBuilder app)
    {
        var areas = app.MapGroup("/api/admin/areas").WithTags("Operators");
        areas.MapGet("/", ([FromServices] AreaEndpoint endpoint, CancellationToken ct) => endpoint.ListAsync(ct))
            .RequireRole(Role.Viewer).WithName("listAreas").WithSummary("List the areas of the store that can move, and from where each is read.").Produces<AreaList>();
        areas.MapPost("/{name}/switch", (string name, SwitchAreaRequest body, ClaimsPrincipal user, [FromServices] AreaEndpoint endpoint, CancellationToken ct) => endpoint.SwitchAsync(name, body, user, ct))
            .RequireRole(Role.Admin).Audited("area.switch").WithName("switchArea").WithSummary("Read an area from its target, or from its own store again. Writes still go to both.")
            .Produces<AreaView>().Refuses("forbidden", "migrate_incomplete", "migrate_not_ready", "migrate_back_expired");
    }
}
