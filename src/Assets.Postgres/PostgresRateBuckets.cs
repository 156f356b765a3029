using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pipeline.Assets.Grouping;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.RateLimiting;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Keeps the buckets of all instances in the database: one row for each, and one statement for all requests of a kind that come at the same time. Uses the
/// database's clock, because the instances' clocks may differ.
/// </summary>
internal sealed class PostgresRateBuckets : IRateBuckets
{
    private const int AtOnce = 2;
    private const int MostRequests = 64;

    // A lost commit of a crash gives back some requests of the last moment, which is not worth a flush for each group.
    private const string NoFlush = "SELECT set_config('synchronous_commit', 'off', true)";

    // A refusal stores the rest as -1 - rest, so that one statement tells both: GREATEST("Left", -1 - "Left") is the rest.
    // now() is the start of the statement: a statement that waited for the row lock may find a later fill time in it.
    // excluded."Left" is what a full bucket would have left, so $5 - excluded."Left" are the requests.
    private const string Take = """
        INSERT INTO rate_buckets AS bucket ("Kind", "TenantId", "UserId", "Left", "FilledAt")
        SELECT $1, tenant, owner, $5 - requests, now() FROM unnest($2, $3, $4) WITH ORDINALITY AS asked (tenant, owner, requests, place) ORDER BY place
        ON CONFLICT ("Kind", "TenantId", "UserId") DO UPDATE SET ("Left", "FilledAt") =
            (SELECT CASE WHEN filled."Left" >= $5 - excluded."Left" THEN filled."Left" - ($5 - excluded."Left") ELSE -1 - filled."Left" END,
                    CASE WHEN filled."Left" = $5 THEN now() ELSE bucket."FilledAt" + filled."Minutes" * interval '1 minute' END
             FROM (SELECT LEAST($5, GREATEST(bucket."Left", -1 - bucket."Left") + passed."Minutes" * $6) AS "Left", passed."Minutes"
                   FROM (SELECT GREATEST(0, floor(extract(epoch FROM now() - bucket."FilledAt") / 60))::bigint AS "Minutes") AS passed) AS filled)
        RETURNING "TenantId", "UserId", "Left", LEAST(60, GREATEST(1, ceil(60 - extract(epoch FROM now() - "FilledAt"))))::int AS "ResetSeconds"
        """;

    private readonly Lazy<string> _connection;
    private readonly Grouper<Request> _requests;

    public PostgresRateBuckets(IServiceScopeFactory scopes)
        : this(() => ConnectionOf(scopes))
    {
    }

    /// <param name="connection">The connection string.</param>
    internal PostgresRateBuckets(Func<string> connection)
    {
        _connection = new Lazy<string>(connection);
        _requests = new Grouper<Request>(AtOnce, MostRequests, TakeAsync);
    }

    public ValueTask<RateGrant> TakeAsync(string kind, Caller caller, RateAllowance allowance, int requests, CancellationToken cancellationToken)
    {
        var request = new Request(new Bucket(kind, caller.TenantId, caller.UserId), allowance, requests);
        _requests.Add(request);
        return new ValueTask<RateGrant>(request.Answer.Task.WaitAsync(cancellationToken));
    }

    // Skips locked rows, so that two instances never wait for each other.
    public async ValueTask ForgetFullAsync(string kind, RateAllowance allowance, CancellationToken cancellationToken)
    {
        await using var connection = await DirectConnection.OpenAsync(_connection.Value);
        await using var command = new NpgsqlCommand(
            """
            DELETE FROM rate_buckets WHERE ctid IN
                (SELECT ctid FROM rate_buckets
                 WHERE "Kind" = $1 AND GREATEST("Left", -1 - "Left") + floor(extract(epoch FROM now() - "FilledAt") / 60) * $2 >= $3
                 FOR UPDATE SKIP LOCKED)
            """, connection)
        {
            Parameters = { new NpgsqlParameter { Value = kind }, new NpgsqlParameter { Value = allowance.PerMinute }, new NpgsqlParameter { Value = allowance.Most } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string ConnectionOf(IServiceScopeFactory scopes)
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<AssetDbContext>().Database.GetConnectionString()!;
    }

    private async Task TakeAsync(IReadOnlyList<Request> group)
    {
        // One statement changes a row once only: the next request to a bucket joins the next group.
        var (now, seen) = (new List<Request>(), new HashSet<Bucket>());
        foreach (var request in group)
        {
            if (seen.Add(request.Bucket)) now.Add(request);
            else _requests.Add(request);
        }

        try
        {
            var grants = await TakeEachAsync(now);
            foreach (var request in now) request.Answer.Set(grants[request.Bucket]);
        }
        catch (PostgresException) when (now.Count > 1)
        {
            // Each alone, so that the fault meets the request that causes it.
            foreach (var request in now) await TakeAsync([request]);
        }
        catch (Exception e) when (now.TrueForAll(request => request.Answer.Fail(e)))
        {
            // Each request throws it.
        }
    }

    private async Task<Dictionary<Bucket, RateGrant>> TakeEachAsync(List<Request> requests)
    {
        await using var connection = await DirectConnection.OpenAsync(_connection.Value);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NoFlush));

        // All instances lock the rows in one order.
        var kinds = requests.GroupBy(r => (r.Bucket.Kind, r.Allowance)).OrderBy(kind => kind.Key.Kind, StringComparer.Ordinal).ToList();
        foreach (var kind in kinds) batch.BatchCommands.Add(CommandOf(kind.Key.Kind, kind.Key.Allowance, [.. kind.OrderBy(r => r.Bucket.TenantId, StringComparer.Ordinal).ThenBy(r => r.Bucket.UserId, StringComparer.Ordinal)]));
        return await DirectConnection.RunAsync(batch, async reader =>
        {
            var grants = new Dictionary<Bucket, RateGrant>();
            foreach (var kind in kinds)
            {
                await reader.NextResultAsync();
                while (await reader.ReadAsync())
                {
                    var left = reader.GetInt32(2);
                    grants[new Bucket(kind.Key.Kind, reader.GetString(0), reader.GetString(1))] = new RateGrant(left >= 0, Math.Max(left, -1 - left), reader.GetInt32(3));
                }
            }

            return grants;
        });
    }

    private static NpgsqlBatchCommand CommandOf(string kind, RateAllowance allowance, IReadOnlyList<Request> requests) => new(Take)
    {
        Parameters =
        {
            new NpgsqlParameter { Value = kind, DataTypeName = "text" },
            DirectConnection.Array([.. requests.Select(r => r.Bucket.TenantId)], "text"),
            DirectConnection.Array([.. requests.Select(r => r.Bucket.UserId)], "text"),
            DirectConnection.Array([.. requests.Select(r => r.Requests)], "integer"),
            new NpgsqlParameter { Value = allowance.Most, DataTypeName = "integer" },
            new NpgsqlParameter { Value = allowance.PerMinute, DataTypeName = "integer" },
        },
    };

    private readonly record struct Bucket(string Kind, string TenantId, string UserId);

    private sealed record Request(Bucket Bucket, RateAllowance Allowance, int Requests)
    {
        public GroupedAnswer<RateGrant> Answer { get; } = new();
    }
}
