using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.OpenApi;

namespace Pipeline.UploadApi.Live;

/// <summary>The routes of events: streams, tickets, and the events of the last days.</summary>
internal static class LiveRoutes
{
    private const string Tag = "Events";

    public static void MapLive(this IEndpointRouteBuilder app)
    {
        var streams = app.MapGroup("/api").RequireAuthorization(TicketAuthentication.Policy).WithTags(Tag).WithMetadata(new GetOnly());
        Stream(streams.MapGet("/assets/{id}/events", (Guid id, [AsParameters] StreamQuery query, HttpContext http, [FromServices] StreamEndpoint endpoint) =>
                endpoint.HandleAsync(StreamScope.OfAsset(id), query.From, http)))
            .WithName("streamAsset").WithSummary("Stream the status of an asset until it is final.").Refuses("not_found");
        Stream(streams.MapGet("/batches/{id}/events", (Guid id, [AsParameters] StreamQuery query, HttpContext http, [FromServices] StreamEndpoint endpoint) =>
                endpoint.HandleAsync(StreamScope.OfBatch(id), query.From, http)))
            .WithName("streamBatch").WithSummary("Stream the status of the assets of a batch until all are final.").Refuses("not_found");
        Stream(streams.MapGet("/events/stream", ([AsParameters] StreamQuery query, HttpContext http, [FromServices] StreamEndpoint endpoint) =>
                endpoint.HandleAsync(StreamScope.Own, query.From, http)))
            .WithName("streamEvents").WithSummary("Stream all your events.");

        var events = app.MapGroup("/api/events").RequireAuthorization().WithTags(Tag);
        events.MapGet("/", (HttpContext http, string? after, string? types, WholeNumber? limit, [FromServices] EventPages pages, CancellationToken ct) =>
                pages.ListAsync(http, after, types, limit?.Value, ct))
            .CanWait()
            .WithName("listEvents").WithSummary("List your events of the last days, the oldest first.")
            .Produces<EventPage>().Refuses("cursor_expired");
        events.MapPost("/tickets", (TicketRequest body, HttpContext http, [FromServices] TicketEndpoint endpoint, CancellationToken ct) =>
                endpoint.HandleAsync(body, http, ct))
            .LimitedBy(limits => limits.Ticket)
            .WithName("createTicket").WithSummary("Create a ticket that opens one stream once, for clients that cannot send a token in a header.")
            .Produces<TicketResponse>().Refuses("not_found");
    }

    private static RouteHandlerBuilder Stream(RouteHandlerBuilder route) => route
        .Produces<string>(200, StreamResponse.ContentType).Produces(204).Refuses("too_many_streams");
}

/// <param name="After">The event from which the client resumes.</param>
/// <param name="Ticket">Read by <see cref="TicketAuthentication"/>.</param>
/// <param name="LastEventId">The same as <paramref name="After"/>, as browsers send it when they reconnect. It is the newer one of the two.</param>
internal sealed record StreamQuery(
    [property: FromQuery(Name = "after")] string? After, [property: FromQuery(Name = "ticket")] string? Ticket, [property: FromHeader(Name = "Last-Event-ID")] string? LastEventId)
{
    public string? From => string.IsNullOrEmpty(LastEventId) ? After : LastEventId;
}
