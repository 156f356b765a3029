using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Limits;

/// <summary>What a caller has used, read by one query.</summary>
/// <param name="Counters">The counters of the caller and of the tenant, of today and of what is stored; a missing one is 0.</param>
/// <param name="PendingUploads">Uploads that are not confirmed.</param>
/// <param name="PendingBytes">Total of their announced sizes.</param>
/// <param name="Day">The day.</param>
public sealed record CurrentUsage(IReadOnlyList<UsageCounter> Counters, long PendingUploads, long PendingBytes, int Day)
{
    // No counter has this day.
    private const int Pending = -1;

    public static async Task<CurrentUsage> ReadAsync(AssetDbContext db, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var day = UsageCounter.DayOf(now);
        var rows = await db.Database.SqlQuery<UsageCounter>($"""
            SELECT "TenantId", "UserId", "Day", "Files", "Bytes" FROM usage_counters
            WHERE "TenantId" = {caller.TenantId} AND "UserId" IN ({caller.UserId}, {UsageCounter.WholeTenant}) AND "Day" IN ({UsageCounter.Stored}, {day})
            UNION ALL
            SELECT {caller.TenantId}, {caller.UserId}, {Pending}, COUNT(*), CAST(COALESCE(SUM("Size"), 0) AS bigint) FROM assets
            WHERE "TenantId" = {caller.TenantId} AND "OwnerId" = {caller.UserId} AND "Status" = 'Pending'
            """).ToListAsync(cancellationToken);
        var pending = rows.Single(row => row.Day == Pending);
        return new CurrentUsage(rows.FindAll(row => row.Day != Pending), pending.Files, pending.Bytes, day);
    }

    /// <summary>The used amount of a limit.</summary>
    public long UsedOf(LimitKind kind) => Counters.SingleOrDefault(kind.IsCountedBy) is { } counter ? kind.UsedIn(counter) : 0;
}
