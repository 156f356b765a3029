using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Diagnosis;

/// <summary>The route of the doctor.</summary>
internal static class DoctorRoutes
{
    public static void MapDoctor(this IEndpointRouteBuilder app) => app.MapGroup("/api/admin/doctor").WithTags("Operators")
        .MapPost("/", (ClaimsPrincipal user, [FromServices] DoctorEndpoint doctor, CancellationToken ct) => doctor.RunAsync(user, ct))
        .RequireRole(Role.Operator)
        .WithName("runDoctor").WithSummary("Check storage, database, bus, jobs and workers from this server. It repairs nothing.").Produces<DoctorReport>();
}
