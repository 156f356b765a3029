using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

public sealed record AssetPage(IReadOnlyList<AssetView> Items, string? NextCursor);

public sealed record TimelineEvent(DateTimeOffset At, string Kind, string Detail);

/// <param name="Events">The oldest first.</param>
/// <param name="NextCursor">Requests the next page; left out on the last page.</param>
public sealed record Timeline(IReadOnlyList<TimelineEvent> Events, string? NextCursor);

/// <summary>Reads for the owner: the list and the timeline.</summary>
internal sealed class AssetReads(AssetDbContext db, AssetStore assets, ProfileRegistry profiles, StorageAreas areas)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>Newest first; ids are UUIDv7, so the order of ids is the order of creation.</summary>
    public async Task<IResult> ListAsync(
        ClaimsPrincipal user, string? status, string? ids, Guid? batchId, bool? stale, string? staleReason, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        var query = db.Assets.Of(user.ToCaller()).AsNoTracking();
        if (limit is < 1 or > MaxLimit) return Wrong("limit", $"must be 1 to {MaxLimit}");
        if (status is null)
        {
            query = query.Where(a => a.Status != AssetStatus.Deleted);

            // Hide uploads that never arrived, unless the client asks for them by id, by batch or by status.
            if (ids is null && batchId is null) query = query.Where(a => a.Status != AssetStatus.Pending && a.Status != AssetStatus.Expired);
        }
        else
        {
            if (!TryStatus(status, out var wanted)) return Wrong("status", $"must be one of {StatusWords()}");
            query = query.Where(a => a.Status == wanted);
        }

        if (ids is not null)
        {
            if (!TryIds(ids, out var some)) return Wrong("ids", $"must be 1 to {MaxLimit} ids parted by commas");
            query = query.Where(a => some.Contains(a.Id));
        }

        if (batchId is { } batch) query = query.Where(a => a.BatchId == batch);
        if (stale is { } wantedStale) query = profiles.Only(query, wantedStale);
        if (staleReason is not null)
        {
            if (StaleWords.ReasonOf(staleReason) is not { } reason) return Wrong("staleReason", $"must be one of {string.Join(", ", StaleWords.All)}");
            query = profiles.Only(query, reason);
        }


        if (cursor is not null)
        {
            if (!PageCursor.TryRead(cursor, out Guid after)) return Wrong("cursor", "must be a nextCursor of an earlier answer");
            query = query.Where(a => a.Id.CompareTo(after) < 0);
        }

        var take = limit ?? DefaultLimit;
        var rows = query.OrderByDescending(a => a.Id).Take(take + 1);
        var found = await assets.ListAsync(rows, cancellationToken);
        var page = await ViewsAsync([.. found.Take(take).Select(row => row.Asset).OfType<Asset>()], cancellationToken);
        return Results.Ok(new AssetPage(page, found.Count > take ? found[take - 1].Id.ToString("N") : null));
    }

    /// <summary>The oldest first. The time narrows the query to the partitions that can hold events of the asset.</summary>
    public Task<IResult> TimelineAsync(Guid id, ClaimsPrincipal user, string? cursor, int? limit, CancellationToken cancellationToken) =>
        TimelineAsync(db.Assets.Of(user.ToCaller()), id, cursor, limit, cancellationToken);

    /// <summary>The same for any asset of the tenant; the route needs a role.</summary>
    public Task<IResult> TenantTimelineAsync(Guid id, ClaimsPrincipal user, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        var tenant = user.ToCaller().TenantId;
        return TimelineAsync(db.Assets.Where(a => a.TenantId == tenant), id, cursor, limit, cancellationToken);
    }

    private async Task<IResult> TimelineAsync(IQueryable<Asset> assets, Guid id, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxLimit) return Wrong("limit", $"must be 1 to {MaxLimit}");
        var after = 0;
        if (cursor is not null && !PageCursor.TryRead(cursor, out after))
            return Wrong("cursor", "must be a nextCursor of an earlier answer");
        if (await assets.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } asset) return Problem.NotFound().ToResult();

        // The whole timeline of nearly every asset fits on one page.
        var take = limit ?? MaxLimit;
        var lines = await db.Events.AsNoTracking()
            .Where(e => e.AssetId == id && e.Sequence > after && e.At >= asset.CreatedAt)
            .OrderBy(e => e.Sequence)
            .Take(take + 1)
            .ToListAsync(cancellationToken);
        var page = lines.Take(take).ToList();
        var next = lines.Count > take ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null;
        return Results.Ok(new Timeline(page.ConvertAll(e => new TimelineEvent(e.At, AssetEvent.Word(e.Kind), e.Sentence())), next));
    }

    private async Task<List<AssetView>> ViewsAsync(List<Asset> rows, CancellationToken cancellationToken)
    {
        var staleness = await profiles.StalenessAsync(rows, cancellationToken);
        return rows.ConvertAll(row => AssetView.Of(row, areas, staleness.Of(row)));
    }

    private static bool TryStatus(string word, out AssetStatus status) =>
        Enum.TryParse(word, ignoreCase: true, out status) && AssetView.Word(status) == word;

    private static bool TryIds(string list, out List<Guid> ids)
    {
        ids = [];
        foreach (var part in list.Split(',', MaxLimit + 1))
        {
            if (!Guid.TryParse(part, out var id)) return false;
            ids.Add(id);
        }

        return ids.Count <= MaxLimit;
    }

    private static string StatusWords() => string.Join(", ", Enum.GetValues<AssetStatus>().Select(AssetView.Word));

    private static IResult Wrong(string field, string why) =>
        Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [why] }).ToResult();
}
