using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.RateLimiting;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Keeps the buckets of all instances in the database: one row for each, one statement for each request. Uses the database's clock, because
/// the instances' clocks may differ.
/// </summary>
internal sealed class PostgresRateBuckets(AssetDbContext db) : IRateBuckets
{
    public async ValueTask<RateGrant> TakeAsync(string kind, Caller caller, RateAllowance allowance, int requests, CancellationToken cancellationToken)
    {
        // A refusal stores the rest as -1 - rest, so that one statement tells both: GREATEST("Left", -1 - "Left") is the rest.
        // now() is the start of the statement: a statement that waited for the row lock may find a later fill time in it.
        var rows = await db.Database.SqlQuery<Row>($"""
            INSERT INTO rate_buckets AS bucket ("Kind", "TenantId", "UserId", "Left", "FilledAt")
            VALUES ({kind}, {caller.TenantId}, {caller.UserId}, {allowance.Most - requests}, now())
            ON CONFLICT ("Kind", "TenantId", "UserId") DO UPDATE SET ("Left", "FilledAt") =
                (SELECT CASE WHEN filled."Left" >= {requests} THEN filled."Left" - {requests} ELSE -1 - filled."Left" END,
                        CASE WHEN filled."Left" = {allowance.Most} THEN now() ELSE bucket."FilledAt" + filled."Minutes" * interval '1 minute' END
                 FROM (SELECT LEAST({allowance.Most}, GREATEST(bucket."Left", -1 - bucket."Left") + passed."Minutes" * {allowance.PerMinute}) AS "Left", passed."Minutes"
                       FROM (SELECT GREATEST(0, floor(extract(epoch FROM now() - bucket."FilledAt") / 60))::bigint AS "Minutes") AS passed) AS filled)
            RETURNING "Left", LEAST(60, GREATEST(1, ceil(60 - extract(epoch FROM now() - "FilledAt"))))::int AS "ResetSeconds"
            """).ToListAsync(cancellationToken);
        var row = rows.Single();
        return new RateGrant(row.Left >= 0, Math.Max(row.Left, -1 - row.Left), row.ResetSeconds);
    }

    // Skips locked rows, so that two instances never wait for each other.
    public async ValueTask ForgetFullAsync(string kind, RateAllowance allowance, CancellationToken cancellationToken) => await db.Database.ExecuteSqlAsync($"""
        DELETE FROM rate_buckets WHERE ctid IN
            (SELECT ctid FROM rate_buckets
             WHERE "Kind" = {kind} AND GREATEST("Left", -1 - "Left") + floor(extract(epoch FROM now() - "FilledAt") / 60) * {allowance.PerMinute} >= {allowance.Most}
             FOR UPDATE SKIP LOCKED)
        """, cancellationToken);

    private sealed record Row(int Left, int ResetSeconds);
}
