using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Audit;

/// <param name="Items">The newest first.</param>
/// <param name="NextCursor">Requests the next page; left out on the last page.</param>
public sealed record AuditPage(IReadOnlyList<AuditLineView> Items, string? NextCursor);

/// <param name="Id">The line.</param>
/// <param name="At">When it happened.</param>
/// <param name="UserId">The user of the token.</param>
/// <param name="Roles">The roles that the token named.</param>
/// <param name="Verb">The kind of change.</param>
/// <param name="Target">The changed thing; left out if there is none.</param>
/// <param name="Filter">The filter or the new settings; left out without.</param>
/// <param name="Reason">The reason that the operator gave.</param>
/// <param name="Result">ok, or the code of the problem that refused the request.</param>
/// <param name="RequestId">The id of the request in the server's log.</param>
public sealed record AuditLineView(
    Guid Id, DateTimeOffset At, string UserId, IReadOnlyList<string> Roles, string Verb, string? Target, JsonElement? Filter, string? Reason, string Result, string RequestId);

/// <summary>Reads the audit.</summary>
internal sealed class AuditEndpoint(AuditLog log)
{
    private const int DefaultLimit = 50;

    public async Task<IResult> ListAsync(ClaimsPrincipal user, string? verb, string? userId, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > AuditLog.MaxLimit) return Wrong("limit", $"must be 1 to {AuditLog.MaxLimit}");
        Guid? before = null;
        if (cursor is not null)
        {
            if (!PageCursor.TryRead(cursor, out Guid last)) return Wrong("cursor", "must be a nextCursor of an earlier answer");
            before = last;
        }

        var take = limit ?? DefaultLimit;
        var found = await log.ReadAsync(user.ToCaller(), verb, userId, before, take + 1, cancellationToken);
        return Results.Ok(new AuditPage([.. found.Take(take).Select(View)], found.Count > take ? found[take - 1].Id.ToString("N") : null));
    }

    private static AuditLineView View(AuditLine line) => new(
        line.Id, line.At, line.UserId, line.Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries), line.Verb,
        line.Target.Length > 0 ? line.Target : null,
        line.Filter is { } filter ? JsonSerializer.Deserialize<JsonElement>(filter) : null,
        line.Reason, line.Result, line.RequestId);

    private static IResult Wrong(string field, string why) =>
        Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [why] }).ToResult();
}

/// <summary>The route of the audit.</summary>
internal static class AuditRoutes
{
    public static void MapAudit(this IEndpointRouteBuilder app) => app.MapGroup("/api/admin/audit").RequireRole(Role.Viewer).WithTags("Operators")
        .MapGet("/", (ClaimsPrincipal user, string? verb, string? userId, string? cursor, WholeNumber? limit, [FromServices] AuditEndpoint audit, CancellationToken ct) =>
            audit.ListAsync(user, verb, userId, cursor, limit?.Value, ct))
        .WithName("listAudit").WithSummary("List what operators did and tried, the newest first.").Produces<AuditPage>();
}
