using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Overview;

/// <param name="Items">The newest first.</param>
/// <param name="NextCursor">Requests the next page; left out on the last page. A page can have fewer items and a cursor.</param>
public sealed record OperatorAssetPage(IReadOnlyList<OperatorAssetView> Items, string? NextCursor);

/// <summary>
/// The assets of a tenant for its operators, without file names. Each page looks at a bounded number of rows by an index; conditions without an
/// index are checked on these, so a page can be short although more pages follow.
/// </summary>
internal sealed class OperatorAssets(AssetDbContext db, StorageAreas areas)
{
    private const int Window = 1_000;

    private static readonly AssetStatus[] Shown = [.. Enum.GetValues<AssetStatus>().Where(status => status is not (AssetStatus.Pending or AssetStatus.Expired or AssetStatus.Deleted))];
    private static readonly string[] FailureCodes = [.. RunRequestCheck.Codes.Where(code => typeof(FailureCode).GetFields().Any(field => (string)field.GetRawConstantValue()! == code))];

    public async Task<IResult> ListAsync(OperatorAssetFilter filter, int? limit, Caller caller, CancellationToken cancellationToken)
    {
        var most = limit ?? OperatorAssetFilter.DefaultLimit;
        if (filter.Errors(most) is { Count: > 0 } errors) return Problem.Invalid(errors).ToResult();
        var atMost = HasMore(filter) ? Window : most + 1;
        var rows = new List<Row>();
        var reached = Guid.Empty;
        foreach (var source in Sources(filter, caller))
        {
            var found = await source.OrderByDescending(a => a.Id).Take(atMost)
                .Select(a => new Row(a.Id, a.Status, a.Profile, a.FailureCode, a.FailureEngine, a.RejectionCode, a.Work == WorkState.Idle)).ToListAsync(cancellationToken);
            rows.AddRange(found);

            // Below it, this source may have more.
            if (found.Count == atMost && found[^1].Id.CompareTo(reached) > 0) reached = found[^1].Id;
        }

        var fitting = rows.Where(row => row.Id.CompareTo(reached) >= 0 && Fits(row, filter)).OrderByDescending(row => row.Id).Take(most + 1).ToList();
        var page = fitting.Take(most).Select(row => row.Id).ToList();
        var views = (await new AssetStore(db).ListAsync(db.Assets.Where(a => page.Contains(a.Id)), cancellationToken))
            .OrderByDescending(row => row.Id).Select(row => row.Asset).OfType<Asset>().Select(asset => OperatorAssetView.Of(asset, areas));
        var next = fitting.Count > most ? page[^1] : reached;
        return Results.Ok(new OperatorAssetPage([.. views], next == Guid.Empty ? null : next.ToString("N")));
    }

    public async Task<IResult> OneAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        await db.Assets.AsNoTracking().SingleOrDefaultAsync(a => a.TenantId == caller.TenantId && a.Id == id, cancellationToken) is { } asset
            ? Results.Ok(OperatorAssetView.Of(asset, areas))
            : Problem.NotFound().ToResult();

    /// <summary>Queries that an index answers. Together they hold all assets of the filter.</summary>
    private IEnumerable<IQueryable<Asset>> Sources(OperatorAssetFilter filter, Caller caller)
    {
        var assets = db.Assets.AsNoTracking().Where(a => a.TenantId == caller.TenantId);
        if (filter.OwnerId is { } owner) assets = assets.Where(a => a.OwnerId == owner);
        if (Guid.TryParseExact(filter.Cursor, "N", out var after)) assets = assets.Where(a => a.Id.CompareTo(after) < 0);
        if (filter.CreatedFrom is { } from && OperatorAssetFilter.FirstIdAt(from) is var first) assets = assets.Where(a => a.Id.CompareTo(first) >= 0);
        if (filter.CreatedTo is { } to && OperatorAssetFilter.FirstIdAt(to) is var end) assets = assets.Where(a => a.Id.CompareTo(end) < 0);

        if (filter.Code is { } code && FailureCodes.Contains(code)) return [assets.Where(a => a.FailureCode == code)];
        if (filter.Failed == true || filter.Engine is not null) return FailureCodes.Select(one => assets.Where(a => a.FailureCode == one));
        if (filter.Code is not null) return [assets.Where(a => a.Status == AssetStatus.Rejected)];
        return (filter.Status is { } word ? [.. Enum.GetValues<AssetStatus>().Where(status => AssetView.Word(status) == word)] : Shown).Select(status => assets.Where(a => a.Status == status));
    }

    private static bool HasMore(OperatorAssetFilter filter) => filter.Failed is not null || filter.Code is not null || filter.Engine is not null || filter.Profile is not null;

    private static bool Fits(Row row, OperatorAssetFilter filter) =>
        (filter.Status is not { } status || AssetView.Word(row.Status) == status)
        && (filter.Code is not { } code || row.FailureCode == code || row.RejectionCode == code)
        && (filter.Engine is not { } engine || (row.FailureCode is not null && (row.FailureEngine ?? "") == engine))
        && (filter.Profile is not { } profile || row.Profile == profile)
        && (filter.Failed is not { } failed || IsFailed(row) == failed);

    private static bool IsFailed(Row row) => row is { FailureCode: not null, IsIdle: true, Status: AssetStatus.Failed or AssetStatus.Ready };

    private sealed record Row(Guid Id, AssetStatus Status, string Profile, string? FailureCode, string? FailureEngine, string? RejectionCode, bool IsIdle);
}
