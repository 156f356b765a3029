using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Dispatch;

/// <summary>
/// Picks requests round-robin by owner: one of each owner, then the next of each; it skips owners whose share is in flight. The query jumps
/// from owner to owner in an index, so it passes ten thousand requests of one owner in one step.
/// </summary>
public sealed class OwnerRoundRobin
{
    private static readonly string Awaited = Sql("");
    private static readonly string Others = Sql("NOT");

    // Owners up to this one have had their turn.
    private Owner _afterAwaited = Owner.First, _afterOthers = Owner.First;

    /// <summary>The oldest due request of each of the next owners; if only one owner has requests, as many as its share allows.</summary>
    /// <param name="db">The asset database.</param>
    /// <param name="awaited">True for requests that a person waits for, false for all others.</param>
    /// <param name="share">Most requests of one owner in flight, counted for each of the two kinds.</param>
    /// <param name="atMost">Most owners, or most requests of a single owner.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<Guid>> NextAsync(
        AssetDbContext db, bool awaited, int share, int atMost, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (sql, start) = awaited ? (Awaited, _afterAwaited) : (Others, _afterOthers);
        var turns = await WalkAsync(start, atMost);

        // Continue from the first owner; an owner found twice gets one turn.
        if (turns.Count < atMost && start != Owner.First) turns.AddRange(await WalkAsync(Owner.First, atMost - turns.Count));
        var after = turns.Count < atMost ? Owner.First : new Owner(turns[^1].TenantId, turns[^1].OwnerId);
        if (awaited) _afterAwaited = after;
        else _afterOthers = after;
        return turns is [var only] ? await OnlyAsync(only) : [.. turns.Select(turn => turn.Id).Distinct()];

        // If the oldest request that the walk saw is gone, another instance claims for this owner and its free share is unknown: take one
        // only.
        async Task<List<Guid>> OnlyAsync(OwnerTurn turn)
        {
            // Two separate predicates, because each kind has its own index.
            var ids = await (awaited ? db.Assets.Where(a => a.IsAwaited) : db.Assets.Where(a => !a.IsAwaited))
                .Where(a => a.TenantId == turn.TenantId && a.OwnerId == turn.OwnerId && a.DispatchAt <= now)
                .OrderBy(a => a.DispatchAt).Take((int)Math.Min(turn.Room, atMost)).Select(a => a.Id).ToListAsync(cancellationToken);
            return ids is [var first, ..] && first == turn.Id ? ids : [turn.Id];
        }

        Task<List<OwnerTurn>> WalkAsync(Owner from, int most) =>
            db.Database.SqlQueryRaw<OwnerTurn>(sql, from.TenantId, from.OwnerId, db.Stored(now), share, most).ToListAsync(cancellationToken);
    }

    // The lease of a request that is due again has ended: it is in flight no longer.
    private static string Sql(string kind) => $$"""
        WITH RECURSIVE owners("TenantId", "OwnerId") AS (
            SELECT {{Next("TenantId", "{0}, {1}", kind)}}, {{Next("OwnerId", "{0}, {1}", kind)}}
            UNION ALL
            SELECT {{Next("TenantId", "owners.\"TenantId\", owners.\"OwnerId\"", kind)}}, {{Next("OwnerId", "owners.\"TenantId\", owners.\"OwnerId\"", kind)}}
            FROM owners WHERE owners."OwnerId" IS NOT NULL)
        SELECT turn."TenantId", turn."OwnerId", turn."Id", turn."Room" FROM (
            SELECT owners."TenantId", owners."OwnerId", (
                SELECT a."Id" FROM assets AS a
                WHERE a."TenantId" = owners."TenantId" AND a."OwnerId" = owners."OwnerId" AND a."DispatchAt" <= {2} AND {{kind}} a."IsAwaited"
                ORDER BY a."DispatchAt" LIMIT 1) AS "Id", {3} - (
                SELECT COUNT(*) FROM assets AS a
                WHERE a."TenantId" = owners."TenantId" AND a."OwnerId" = owners."OwnerId" AND a."IsInFlight" AND {{kind}} a."IsAwaited"
                AND (a."DispatchAt" IS NULL OR a."DispatchAt" > {2})) AS "Room"
            FROM owners WHERE owners."OwnerId" IS NOT NULL) AS turn
        WHERE turn."Id" IS NOT NULL AND turn."Room" > 0 LIMIT {4}
        """;

    // A column of the next owner in the index; null after the last. Both columns come from the same row, because the order is the same.
    private static string Next(string column, string after, string kind) => $"""
        CAST((SELECT a."{column}" FROM assets AS a
            WHERE a."DispatchAt" IS NOT NULL AND {kind} a."IsAwaited" AND (a."TenantId", a."OwnerId") > ({after})
            ORDER BY a."TenantId", a."OwnerId" LIMIT 1) AS text)
        """;

    private sealed record Owner(string TenantId, string OwnerId)
    {
        // Before all owners.
        public static readonly Owner First = new("", "");
    }
}

/// <summary>An owner with a due request and a free share.</summary>
/// <param name="TenantId">The owner's tenant.</param>
/// <param name="OwnerId">The owner.</param>
/// <param name="Id">Its oldest due request.</param>
/// <param name="Room">How many of its requests may be dispatched.</param>
internal sealed record OwnerTurn(string TenantId, string OwnerId, Guid Id, long Room);
