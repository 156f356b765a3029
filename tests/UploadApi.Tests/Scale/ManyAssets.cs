using System.Globalization;
using Npgsql;

namespace Pipeline.UploadApi.Tests.Scale;

/// <summary>
/// Fills an empty asset database on PostgreSQL with the rows of a few busy years: most are ready, some are rejected, deleted or in
/// work, and few are due for a sweep. The server generates them from hashes of a counter, so this is fast and always the same.
/// </summary>
internal static class ManyAssets
{
    /// <summary>An owner whose number of assets is independent of the size of the table, so that her queries can be compared.</summary>
    public const string Owner = "ada";

    public const int OfOwner = 500;

    public static async Task FillAsync(string connection, int count, CancellationToken cancellationToken = default)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync(cancellationToken);
        // Once at the end, as that is much faster than row by row.
        var indexes = await PairsAsync(database, Indexes, cancellationToken);
        foreach (var (name, _) in indexes) await RunAsync(database, $"DROP INDEX \"{name}\"", cancellationToken);
        await RunAsync(database, Assets(count), cancellationToken);
        await RunAsync(database, Flood, cancellationToken);
        await RunAsync(database, Batches, cancellationToken);
        await RunAsync(database, Events, cancellationToken);
        await RunAsync(database, Profiles, cancellationToken);
        await RunAsync(database, Counters, cancellationToken);
        foreach (var (_, definition) in indexes) await RunAsync(database, definition, cancellationToken);

        // Vacuum as autovacuum does: statistics, and pages for index-only scans.
        await RunAsync(database, "VACUUM (ANALYZE) assets, asset_events, usage_counters", cancellationToken);
    }

    private static async Task<List<(string Name, string Definition)>> PairsAsync(NpgsqlConnection database, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var pairs = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken)) pairs.Add((reader.GetString(0), reader.GetString(1)));
        return pairs;
    }

    private static async Task RunAsync(NpgsqlConnection database, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, database) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string Indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'assets' AND indexname NOT LIKE 'PK%'";

    // OFFSET 0 keeps PostgreSQL from computing the hash once for each use. kind: of a thousand, the status. rare: one of fifty of those is due for its sweep.
    private static string Assets(int count) => string.Create(CultureInfo.InvariantCulture, $$"""
        INSERT INTO assets ("Id", "OwnerId", "Status", "Work", "FileName", "ClaimedType", "Size", "Sha256", "Profile", "ProfileFingerprint",
            "PerceptualHash", "IncomingKey", "IncomingETag", "Publication", "RejectionCode", "FailureCode", "CreatedAt", "UploadUrlExpiresAt",
            "ConfirmedAt", "ReadyAt", "UpdatedAt", "Revision", "Attempt", "IsAwaited", "DispatchAt", "LastHeardAt", "TidyAt", "Version",
            "IsInFlight", "OnceMore", "IsTemporary", "DeleteAt", "BatchId", "BatchIndex")
        SELECT (lpad(to_hex((extract(epoch FROM born) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
            owner, status, CASE WHEN kind < 2 OR kind > 14 THEN 'Idle' WHEN kind < 7 OR kind > 8 THEN 'Queued' ELSE 'Processing' END,
            'IMG_' || i || '.jpg', 'image/jpeg', 2000000 + i % 1000000, hash || hash, 'web',
            CASE WHEN status = 'Ready' THEN CASE WHEN kind % 4 = 0 THEN '00000000000000f0' ELSE '00000000000000f1' END END,
            CASE WHEN status = 'Ready' THEN substr(hash, 9, 16) END,
            'uploads/' || owner || '/' || i || '-' || substr(hash, 1, 16) || '.jpg', hash,
            CASE WHEN status = 'Ready' THEN '{{Publication}}' END,
            CASE WHEN status = 'Rejected' THEN 'corrupt' END, CASE WHEN status = 'Failed' THEN 'internal' END,
            created, created + interval '5 minutes', CASE WHEN kind >= 2 THEN created END, CASE WHEN status = 'Ready' THEN created END, created,
            1, 1, kind BETWEEN 2 AND 8,
            CASE WHEN kind IN (2, 3, 9, 10) THEN now() - interval '1 minute' WHEN kind IN (4, 11) THEN now() + interval '10 minutes' END,
            CASE WHEN kind IN (5, 6, 7, 8, 12, 13, 14) THEN CASE WHEN rare THEN now() - interval '1 hour' ELSE now() END END,
            CASE WHEN kind BETWEEN 15 AND 60 THEN CASE WHEN rare AND kind < 18 THEN now() - interval '1 minute' ELSE now() + interval '6 hours' END END, 2,
            kind IN (5, 6, 7, 8, 12, 13, 14), false, kind BETWEEN 100 AND 110,
            CASE WHEN kind BETWEEN 100 AND 110 THEN CASE WHEN rare THEN now() - interval '1 minute' ELSE now() + interval '6 hours' END END,
            md5('batch ' || owner || i / CASE WHEN owner = '{{Owner}}' THEN {{count / 10}} ELSE 2000 END)::uuid, i % {{count / 10}}
        FROM (
            SELECT *, i % 50 = 0 AS rare,
                CASE WHEN i % {{Math.Max(1, count / OfOwner)}} = 0 THEN '{{Owner}}' ELSE 'user-' || (share * share * {{Math.Max(1, count / 200)}})::int END AS owner,
                CASE WHEN kind < 2 THEN 'Pending' WHEN kind < 7 THEN 'Queued' WHEN kind < 9 THEN 'Processing' WHEN kind < 900 THEN 'Ready'
                    WHEN kind < 930 THEN 'Rejected' WHEN kind < 940 THEN 'Failed' WHEN kind < 960 THEN 'Expired' ELSE 'Deleted' END AS status,
                CASE WHEN kind < 2 AND i % 50 <> 0 THEN now() ELSE born END AS created
            FROM (
                SELECT i, hash, now() - (({{count}} - i) * (interval '730 days' / {{count}})) AS born,
                    ('x' || substr(hash, 1, 8))::bit(32)::bigint % 1000 AS kind,
                    ('x' || substr(hash, 9, 8))::bit(32)::bigint / 4294967296.0 AS share
                FROM (SELECT i, md5(i::text) AS hash FROM generate_series(1, {{count}}) AS i OFFSET 0) AS hashed OFFSET 0) AS counted OFFSET 0) AS known
        """);

    // An account that has sent far more than its share.
    private const string Flood = """
        UPDATE assets SET "OwnerId" = 'eve', "Status" = 'Queued', "Work" = 'Queued', "IsAwaited" = true, "DispatchAt" = now() - interval '2 minutes', "TidyAt" = NULL
        WHERE "Id" IN (SELECT "Id" FROM assets WHERE "Status" = 'Expired' ORDER BY "Id" LIMIT 10000)
        """;

    private const string Batches = """
        INSERT INTO batches ("Id", "TenantId", "OwnerId", "Total", "CreatedAt")
        SELECT "BatchId", 'default', MIN("OwnerId"), COUNT(*), MIN("CreatedAt") FROM assets GROUP BY "BatchId"
        """;

    private const string Events = """
        SELECT asset_events_add_month(now() - ago * interval '1 month') FROM generate_series(0, 25) AS ago;
        INSERT INTO asset_events ("TenantId", "OwnerId", "BatchId", "AssetId", "Sequence", "At", "Kind", "Revision", "Attempt", "Data", "Position")
        SELECT "TenantId", "OwnerId", "BatchId", "Id", sequence, "CreatedAt", kind, 1, 1, '{"variants":8,"recipe":"00ff00ff00ff00ff","engine":"engine 1"}',
            CASE WHEN kind = 'ready' THEN CASE WHEN "CreatedAt" < now() - interval '1 hour' THEN number END ELSE 0 END
        FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY "Id") AS number FROM assets) AS numbered, (VALUES (1, 'created'), (2, 'ready')) AS kinds (sequence, kind);
        UPDATE event_counter SET "Last" = (SELECT MAX("Position") FROM asset_events);
        UPDATE feed_readers SET "Position" = (SELECT MAX("Position") - 1000 FROM asset_events)
        """;

    // Of a week, and of what is stored.
    private const string Counters = """
        INSERT INTO usage_counters ("TenantId", "UserId", "Day", "Files", "Bytes")
        SELECT "TenantId", "OwnerId", day, COUNT(*) FILTER (WHERE stored), COALESCE(SUM("Size") FILTER (WHERE stored), 0)
        FROM (SELECT *, "Status" IN ('Pending', 'Queued', 'Processing', 'Ready', 'Failed') AS stored FROM assets) AS assets,
            (SELECT 0 AS day UNION ALL SELECT (CURRENT_DATE - DATE '0001-01-01') - ago FROM generate_series(0, 6) AS ago) AS days
        GROUP BY "TenantId", "OwnerId", day
        """;

    private const string Profiles = """
        INSERT INTO profiles ("Name", "Fingerprint", "Engine", "AnnouncedAt")
        SELECT name, '00000000000000f1', 'engine 1', now() FROM (VALUES ('web'), ('avatar'), ('product')) AS names (name)
        """;

    // Valid rows, since the list makes views of them.
    private const string Publication = """
        {"revision":1,"original":{"key":"originals/a/b","eTag":"e","sha256":"00ff","size":9,"contentType":"image/jpeg"},"width":4032,"height":3024,"frames":1,"placeholder":{"thumbHash":"aGFzaA==","dataUrl":"data:,","color":"#102030"},"variants":[{"name":"w320","format":"jpeg","contentType":"image/jpeg","width":320,"height":240,"bytes":9,"sha256":"00ff","key":"assets/a/r/w320.jpg"},{"name":"w320","format":"webp","contentType":"image/webp","width":320,"height":240,"bytes":9,"sha256":"00ff","key":"assets/a/r/w320.webp"}],"recipe":"r"}
        """;
}
