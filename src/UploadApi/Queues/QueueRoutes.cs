using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Assets.Queues;
using Pipeline.UploadApi.Http.OpenApi;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Queues;

/// <summary>The routes of the queues.</summary>
internal static class QueueRoutes
{
    public static void MapQueues(this IEndpointRouteBuilder app)
    {
        var queues = app.MapGroup("/api/admin/queues").WithTags("Operators");
        queues.MapGet("/", ([FromServices] QueuesEndpoint endpoint, CancellationToken ct) => endpoint.ListAsync(ct))
            .RequireRole(Role.Viewer)
            .WithName("listQueues").WithSummary("List the queues with their depth, readers and oldest request.").Produces<QueueList>();
        queues.MapPost("/{name}/return", (string name, ReturnRequest? body, ClaimsPrincipal user, [FromServices] QueuesEndpoint endpoint, CancellationToken ct) =>
                endpoint.ReturnAsync(name, body, user, ct))
            .RequireRole(Role.Operator).Audited("queue.return")
            .WithName("returnLetters").WithSummary("Dispatch the assets of dead letters again, and remove the letters.").Produces<ReturnedLetters>().Refuses("forbidden", "unknown_queue", "queue_not_readable");
    }
}
