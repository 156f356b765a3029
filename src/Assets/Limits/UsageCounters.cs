using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Limits;

/// <summary>Writes the counters, in the transaction that changes the assets. Each row stays locked until it ends.</summary>
internal static class UsageCounters
{
    /// <returns>The counters that something was added to, as they are now.</returns>
    public static async Task<IReadOnlyList<UsageCounter>> ApplyAsync(AssetDbContext db, IReadOnlyList<UsageChange> changes, CancellationToken cancellationToken)
    {
        var added = changes.Where(change => change is { Files: >= 0, Bytes: >= 0 }).ToList();
        var taken = changes.Where(change => change is not { Files: >= 0, Bytes: >= 0 }).ToList();
        var counters = added.Count == 0 ? [] : await AddAsync(db, added, cancellationToken);
        if (taken.Count > 0) await TakeAsync(db, taken, cancellationToken);
        return counters;
    }

    private static async Task<IReadOnlyList<UsageCounter>> AddAsync(AssetDbContext db, List<UsageChange> changes, CancellationToken cancellationToken)
    {
        var sql = $"""
            {db.BeforeSharedLocks}
            INSERT INTO usage_counters AS counter ("TenantId", "UserId", "Day", "Files", "Bytes")
            VALUES {string.Join(", ", changes.Select((_, i) => $"({string.Join(", ", Places(i))})"))}
            ON CONFLICT ("TenantId", "UserId", "Day")
            DO UPDATE SET "Files" = counter."Files" + excluded."Files", "Bytes" = counter."Bytes" + excluded."Bytes"
            RETURNING "TenantId", "UserId", "Day", "Files", "Bytes"
            """;
        return await db.Database.SqlQueryRaw<UsageCounter>(sql, Values(changes)).ToListAsync(cancellationToken);
    }

    // Never below 0: a counter that was too low would else be wrong for ever after. The recount heals it.
    private static async Task TakeAsync(AssetDbContext db, List<UsageChange> changes, CancellationToken cancellationToken)
    {
        var statements = changes.Select((_, i) => Places(i)).Select(place => $"""
            UPDATE usage_counters
            SET "Files" = CASE WHEN "Files" + {place[3]} > 0 THEN "Files" + {place[3]} ELSE 0 END, "Bytes" = CASE WHEN "Bytes" + {place[4]} > 0 THEN "Bytes" + {place[4]} ELSE 0 END
            WHERE "TenantId" = {place[0]} AND "UserId" = {place[1]} AND "Day" = {place[2]}
            """);
        var sql = db.BeforeSharedLocks + string.Join(";\n", statements);
        await db.Database.ExecuteSqlRawAsync(sql, Values(changes), cancellationToken);
    }

    private static string[] Places(int row) =>
        [.. Enumerable.Range(row * 5, 5).Select(place => $"{{{place.ToString(CultureInfo.InvariantCulture)}}}")];

    private static object[] Values(IEnumerable<UsageChange> changes) =>
        [.. changes.SelectMany(change => new object[] { change.TenantId, change.UserId, change.Day, change.Files, change.Bytes })];
}
