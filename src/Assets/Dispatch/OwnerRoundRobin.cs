using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Dispatch;

/// <summary>
/// Picks requests round-robin by owner: one of each owner, then the next of each; it skips owners whose share is in flight. The query jumps
/// from owner to owner in an index, so it passes ten thousand requests of one owner in one step.
/// </summary>
public sealed class OwnerRoundRobin
{
    // The lease of a request that is due again has ended: it is in flight no longer.
    private const string Walk = """
        WITH RECURSIVE owners("OwnerId") AS (
            SELECT CAST((SELECT a."OwnerId" FROM assets AS a WHERE a."DispatchAt" IS NOT NULL AND {kind} a."IsAwaited" AND a."OwnerId" > {0}
                ORDER BY a."OwnerId" LIMIT 1) AS text)
            UNION ALL
            SELECT CAST((SELECT a."OwnerId" FROM assets AS a WHERE a."DispatchAt" IS NOT NULL AND {kind} a."IsAwaited" AND a."OwnerId" > owners."OwnerId"
                ORDER BY a."OwnerId" LIMIT 1) AS text)
            FROM owners WHERE owners."OwnerId" IS NOT NULL)
        SELECT turn."OwnerId", turn."Id", turn."Room" FROM (
            SELECT owners."OwnerId", (
                SELECT a."Id" FROM assets AS a WHERE a."OwnerId" = owners."OwnerId" AND a."DispatchAt" <= {1} AND {kind} a."IsAwaited"
                ORDER BY a."DispatchAt" LIMIT 1) AS "Id", {2} - (
                SELECT COUNT(*) FROM assets AS a WHERE a."OwnerId" = owners."OwnerId" AND a."IsInFlight" AND {kind} a."IsAwaited"
                AND (a."DispatchAt" IS NULL OR a."DispatchAt" > {1})) AS "Room"
            FROM owners WHERE owners."OwnerId" IS NOT NULL) AS turn
        WHERE turn."Id" IS NOT NULL AND turn."Room" > 0 LIMIT {3}
        """;

    private static readonly string Awaited = Walk.Replace("{kind}", "", StringComparison.Ordinal);
    private static readonly string Others = Walk.Replace("{kind}", "NOT", StringComparison.Ordinal);

    // Owners up to this one have had their turn.
    private string _afterAwaited = "", _afterOthers = "";

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
        if (turns.Count < atMost && start.Length > 0) turns.AddRange(await WalkAsync("", atMost - turns.Count));
        var after = turns.Count < atMost ? "" : turns[^1].OwnerId;
        if (awaited) _afterAwaited = after;
        else _afterOthers = after;
        return turns is [var only] ? await OnlyAsync(only) : [.. turns.Select(turn => turn.Id).Distinct()];

        // If the oldest request that the walk saw is gone, another instance claims for this owner and its free share is unknown: take one
        // only.
        async Task<List<Guid>> OnlyAsync(OwnerTurn turn)
        {
            // Two separate predicates, because each kind has its own index.
            var ids = await (awaited ? db.Assets.Where(a => a.IsAwaited) : db.Assets.Where(a => !a.IsAwaited))
                .Where(a => a.OwnerId == turn.OwnerId && a.DispatchAt <= now)
                .OrderBy(a => a.DispatchAt).Take((int)Math.Min(turn.Room, atMost)).Select(a => a.Id).ToListAsync(cancellationToken);
            return ids is [var first, ..] && first == turn.Id ? ids : [turn.Id];
        }

        Task<List<OwnerTurn>> WalkAsync(string from, int most) => db.Database.SqlQueryRaw<OwnerTurn>(sql, from, db.Stored(now), share, most).ToListAsync(cancellationToken);
    }
}

/// <summary>An owner with a due request and a free share.</summary>
/// <param name="OwnerId">The owner.</param>
/// <param name="Id">Its oldest due request.</param>
/// <param name="Room">How many of its requests may be dispatched.</param>
internal sealed record OwnerTurn(string OwnerId, Guid Id, long Room);
