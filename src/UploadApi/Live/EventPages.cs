using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Live;

/// <param name="Id">The event; the same on all roads.</param>
/// <param name="Type">One of <see cref="EventType"/>.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Sequence">Counts upwards for each asset.</param>
/// <param name="Data">The asset or batch as the change left it.</param>
public sealed record EventView(string Id, string Type, DateTimeOffset Timestamp, int Sequence, JsonObject Data);

/// <param name="Events">The oldest first.</param>
/// <param name="NextCursor">Requests the events after these; left out while there was never one.</param>
public sealed record EventPage(IReadOnlyList<EventView> Events, string? NextCursor);

/// <summary><c>GET /api/events</c>: one's own events of the last days, for clients that were away.</summary>
internal sealed class EventPages(
    AssetDbContext db, EventDocuments documents, StreamReads reads, Waits waits, IOptions<EventOptions> options, TimeProvider time)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 200;

    // In place of an id: for a client that wants to hear only what comes.
    private const string Latest = "latest";

    public async Task<IResult> ListAsync(HttpContext http, string? after, string? types, int? limit, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (limit is < 1 or > MaxLimit) errors["limit"] = [$"must be 1 to {MaxLimit}"];
        if (after is not (null or Latest) && !EventId.TryParse(after, out _))
            errors["after"] = [$"must be the id of an event, a nextCursor of an earlier answer, or '{Latest}'"];
        var wanted = types?.Split(',', EventType.All.Count + 1, StringSplitOptions.TrimEntries);
        if (wanted?.All(type => EventType.All.Contains(type, StringComparer.Ordinal)) == false) errors["types"] = [$"must be some of {string.Join(", ", EventType.All)}, parted by commas"];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();

        var caller = http.User.ToCaller();
        if (after == Latest) return Results.Ok(new EventPage([], await reads.LastEventAsync(caller, long.MaxValue, cancellationToken)));
        var cursor = after is null ? null : await reads.FindAsync(caller, after, cancellationToken);
        if (after is not null && cursor is null) return Problem.CursorExpired(options.Value.KeepDays).ToResult();

        var page = new EventPage([], after);
        await waits.UntilAsync(http, caller, StreamScope.Own, async _ =>
        {
            page = await ReadAsync(caller, cursor?.Position ?? AssetEvent.NotDelivered, after, wanted, limit ?? DefaultLimit, cancellationToken);
            return page.Events.Count > 0;
        });
        return Results.Ok(page);
    }

    private async Task<EventPage> ReadAsync(Caller caller, long after, string? cursor, string[]? types, int limit, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow().AddDays(-options.Value.KeepDays);
        var end = await db.EventCounters.AsNoTracking().Select(c => c.Last).SingleAsync(cancellationToken);
        var query = StreamScope.Own.Of(db.Events.AsNoTracking(), caller).Where(e => e.Position > after && e.Position <= end && e.At >= oldest);
        if (types is not null)
        {
            var kinds = types.SelectMany(EventType.KindsOf).ToList();
            query = query.Where(e => kinds.Contains(e.Kind));
        }

        var found = await query.OrderBy(e => e.Position).Take(limit).ToListAsync(cancellationToken);

        // A client that wants rare types moves on too, so that its cursor does not grow too old.
        var next = found.Count == limit ? EventId.Of(found[^1]).ToString() : await reads.LastEventAsync(caller, end, cancellationToken);
        var shown = found.Count == 0 ? [] : await documents.OfAsync(found, cancellationToken);
        return new EventPage(
            [.. shown.Select(d => new EventView(d.Id, d.Type, d.Source.At, d.Source.Sequence, d.Data))], next ?? cursor);
    }
}
