using Microsoft.AspNetCore.Http;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Live;

/// <param name="Stream">The path of the stream to open.</param>
public sealed record TicketRequest(string? Stream);

/// <param name="Ticket">A secret until it is used or expired.</param>
/// <param name="ExpiresAt">When it expires.</param>
/// <param name="Url">The stream with the ticket.</param>
public sealed record TicketResponse(string Ticket, DateTimeOffset ExpiresAt, string Url);

/// <summary><c>POST /api/events/tickets</c>: a ticket that opens one stream once.</summary>
internal sealed class TicketEndpoint(StreamTickets tickets, StreamReads reads, ApiAddress address)
{
    public async Task<IResult> HandleAsync(TicketRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        if (StreamScope.Parse(request.Stream) is not { } scope)
        {
            return Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal)
            {
                ["stream"] = ["must be /api/events/stream, /api/assets/{id}/events or /api/batches/{id}/events"],
            }).ToResult();
        }

        var caller = http.User.ToCaller();
        if (!await reads.ExistsAsync(caller, scope, cancellationToken)) return Problem.NotFound().ToResult();
        var (ticket, expiresAt) = await tickets.IssueAsync(caller, scope, StreamEndpoint.TokenEnd(http), cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new TicketResponse(ticket, expiresAt, $"{address.Url(scope.Path)}?ticket={ticket}"));
    }
}
