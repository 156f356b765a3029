using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Limits;

/// <summary>
/// Compares the counters of what is stored with the assets, and corrects those that differ: after a restored backup, a row that someone edited,
/// or an instance of an earlier version, which counts nothing. Removes the counters of days that are over.
/// </summary>
public sealed class UsageRecount(AssetDbContext db, TimeProvider time, ILogger<UsageRecount> logger) : ISweep
{
    /// <summary>Seconds between two runs: a day.</summary>
    internal const int IntervalSeconds = 86_400;

    // An upload that expires is taken from the counter of its day; those of earlier days change nothing any more.
    private const int KeepDays = 7;

    // What counts as stored, as UsageChange counts it.
    private const string IsStored = """ "Status" IN ('Pending', 'Queued', 'Processing', 'Ready', 'Failed') """;

    // Parameters: tenant, user, day.
    private const string AssetsOfUser = $$"""
        SELECT COUNT(*) AS "Files", CAST(COALESCE(SUM("Size"), 0) AS bigint) AS "Bytes" FROM assets WHERE "TenantId" = {0} AND "OwnerId" = {1} AND {{IsStored}}
        """;

    private const string UsersOfTenant = """
        SELECT CAST(COALESCE(SUM("Files"), 0) AS bigint) AS "Files", CAST(COALESCE(SUM("Bytes"), 0) AS bigint) AS "Bytes" FROM usage_counters
        WHERE "TenantId" = {0} AND "UserId" <> {1} AND "Day" = {2}
        """;

    /// <summary>Counts the assets of a database that has no counters yet. Reads the table once and locks nothing in it.</summary>
    public static async Task CountFirstAsync(AssetDbContext db, CancellationToken cancellationToken)
    {
        if (await db.UsageCounters.AnyAsync(cancellationToken)) return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync($"""
            INSERT INTO usage_counters ("TenantId", "UserId", "Day", "Files", "Bytes")
            SELECT "TenantId", "OwnerId", 0, COUNT(*), CAST(SUM("Size") AS bigint) FROM assets WHERE {IsStored} GROUP BY "TenantId", "OwnerId"
            ON CONFLICT DO NOTHING
            """, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Makes the counters of the tenants the sums of those of their users, which are always counted. Instances that count no tenants have left
    /// them behind, so this runs before an instance that does serves requests.
    /// </summary>
    public async Task CountTenantsAsync(CancellationToken cancellationToken)
    {
        var tenants = await db.UsageCounters.Select(c => c.TenantId).Distinct().ToListAsync(cancellationToken);
        foreach (var tenant in tenants)
            foreach (var day in (int[])[UsageCounter.Stored, UsageCounter.DayOf(time.GetUtcNow())])
                await CompareAsync(new Owner(tenant, UsageCounter.WholeTenant), day, UsersOfTenant, cancellationToken);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var owner = await NextAsync("", "", cancellationToken); owner is not null; owner = await NextAsync(owner.TenantId, owner.UserId, cancellationToken))
            await CompareAsync(owner, UsageCounter.Stored, AssetsOfUser, cancellationToken);
        if (db.CountsTenants) await CountTenantsAsync(cancellationToken);
        var old = UsageCounter.DayOf(time.GetUtcNow()) - KeepDays;
        await db.UsageCounters.Where(c => c.Day > UsageCounter.Stored && c.Day < old).ExecuteDeleteAsync(cancellationToken);
    }

    // One step in the index for each owner, however many assets they have.
    private async Task<Owner?> NextAsync(string tenantId, string userId, CancellationToken cancellationToken) => (await db.Database.SqlQuery<Owner>($"""
        SELECT "TenantId", "OwnerId" AS "UserId" FROM assets WHERE ("TenantId", "OwnerId") > ({tenantId}, {userId}) ORDER BY "TenantId", "OwnerId" LIMIT 1
        """).ToListAsync(cancellationToken)).SingleOrDefault();

    // One statement reads both sides as of one moment, so only a wrong counter makes them differ.
    private async Task CompareAsync(Owner owner, int day, string truth, CancellationToken cancellationToken)
    {
        var sql = $$"""
            SELECT COALESCE(counter."Files", 0) <> truth."Files" OR COALESCE(counter."Bytes", 0) <> truth."Bytes" AS "Value"
            FROM ({{truth}}) AS truth LEFT JOIN usage_counters AS counter ON counter."TenantId" = {0} AND counter."UserId" = {1} AND counter."Day" = {2}
            """;
        var differs = await db.Database.SqlQueryRaw<bool>(sql, owner.TenantId, owner.UserId, day).ToListAsync(cancellationToken);
        if (differs[0]) await CorrectAsync(owner, day, truth, cancellationToken);
    }

    // A transaction that changes an asset changes its counters last, and holds them until the commit. So once the counter is locked, the next
    // statement sees all that it counts, and nothing that will be added to it or taken from it.
    private async Task CorrectAsync(Owner owner, int day, string truth, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO usage_counters AS counter ("TenantId", "UserId", "Day", "Files", "Bytes") VALUES ({owner.TenantId}, {owner.UserId}, {day}, 0, 0)
            ON CONFLICT ("TenantId", "UserId", "Day") DO UPDATE SET "Files" = counter."Files"
            """, cancellationToken);
        var sql = $$"""UPDATE usage_counters SET ("Files", "Bytes") = ({{truth}}) WHERE "TenantId" = {0} AND "UserId" = {1} AND "Day" = {2}""";
        await db.Database.ExecuteSqlRawAsync(sql, [owner.TenantId, owner.UserId, day], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.UsageCorrected(owner.UserId.Length == 0 ? "a tenant" : "a user");
    }

    private sealed record Owner(string TenantId, string UserId);
}
