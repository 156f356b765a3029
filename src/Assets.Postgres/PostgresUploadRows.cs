using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Events;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;

namespace Pipeline.Assets.Postgres;

/// <summary>Writes new uploads by prepared statements in three round trips, however many there are.</summary>
internal sealed class PostgresUploadRows : IUploadRows
{
    // The lock of LockOwnerAsync. The lock of a single owner waits; of several those are left out that another transaction has, so that no owner holds up the others.
    private const string Wait = """SELECT "TenantId", "UserId" FROM (SELECT $1[1] AS "TenantId", $2[1] AS "UserId", pg_advisory_xact_lock(hashtextextended($1[1] || '/' || $2[1], 0))) AS locked""";

    private const string Try = """
        SELECT "TenantId", "UserId" FROM unnest($1, $2) AS owner ("TenantId", "UserId")
        WHERE pg_try_advisory_xact_lock(hashtextextended("TenantId" || '/' || "UserId", 0))
        """;

    // A statement of its own after the locks: it sees what the last holder of a lock has committed.
    private const string Shares = """
        SELECT owner."TenantId", owner."UserId", pending.count, pending.bytes, pending.oldest
        FROM unnest($1, $2) AS owner ("TenantId", "UserId"),
            LATERAL (SELECT count(*)::int AS count, coalesce(sum("Size"), 0)::bigint AS bytes, min("CreatedAt") AS oldest FROM assets
                     WHERE "TenantId" = owner."TenantId" AND "OwnerId" = owner."UserId" AND "Status" = 'Pending') AS pending
        """;

    private const string Counters = """
        INSERT INTO usage_counters AS counter ("TenantId", "UserId", "Day", "Files", "Bytes")
        SELECT tenant, owner, day, files, bytes FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS added (tenant, owner, day, files, bytes, place) ORDER BY place
        ON CONFLICT ("TenantId", "UserId", "Day")
        DO UPDATE SET "Files" = counter."Files" + excluded."Files", "Bytes" = counter."Bytes" + excluded."Bytes"
        RETURNING "TenantId", "UserId", "Day", "Files", "Bytes"
        """;

    private readonly Lazy<Tables> _tables;
    private readonly FirstStatistics _statistics;

    public PostgresUploadRows(IServiceScopeFactory scopes, FirstStatistics statistics)
    {
        _statistics = statistics;
        _tables = new Lazy<Tables>(() =>
        {
            using var scope = scopes.CreateScope();
            return Tables.Of(scope.ServiceProvider.GetRequiredService<AssetDbContext>());
        });
    }

    /// <param name="db">Names the database and the model.</param>
    internal PostgresUploadRows(AssetDbContext db)
    {
        var tables = Tables.Of(db);
        _tables = new Lazy<Tables>(tables);
        _statistics = new FirstStatistics(NullLogger<FirstStatistics>.Instance);
    }

    public async Task<IUploadTransaction> BeginAsync(IReadOnlyCollection<UploadOwner> owners, bool waits)
    {
        var connection = await DirectConnection.OpenAsync(_tables.Value.Connection);
        NpgsqlTransaction? transaction = null;
        try
        {
            transaction = await connection.BeginTransactionAsync();
            string[] tenants = [.. owners.Select(o => o.TenantId)], users = [.. owners.Select(o => o.UserId)];
            await using var batch = new NpgsqlBatch(connection, transaction);

            // As AssetDbContext.BeforeSharedLocks: frees the locks if this process freezes.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL idle_in_transaction_session_timeout = '10s'"));
            foreach (var sql in new[] { waits ? Wait : Try, Shares })
                batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { DirectConnection.Array(tenants, "text"), DirectConnection.Array(users, "text") } });
            return new Transaction(_tables.Value, _statistics, connection, transaction, await DirectConnection.RunAsync(batch, ReadSharesAsync));
        }
        catch
        {
            if (transaction is not null) await transaction.DisposeAsync();
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<IReadOnlyDictionary<UploadOwner, PendingShare>> ReadSharesAsync(NpgsqlDataReader reader)
    {
        var locked = new HashSet<UploadOwner>();
        while (await reader.ReadAsync()) locked.Add(Owner(reader));
        await reader.NextResultAsync();
        var shares = new Dictionary<UploadOwner, PendingShare>();
        while (await reader.ReadAsync())
            if (Owner(reader) is var owner && locked.Contains(owner))
                shares[owner] = new PendingShare(reader.GetInt32(2), reader.GetInt64(3), await reader.IsDBNullAsync(4) ? DateTimeOffset.MaxValue : reader.GetFieldValue<DateTimeOffset>(4));
        return shares;

        static UploadOwner Owner(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetString(1));
    }

    /// <summary>The statements by the model, and the connection string, which are the same for all contexts.</summary>
    private sealed record Tables(string Connection, TableWriter Assets, TableWriter Events, TableWriter Batches)
    {
        public static Tables Of(AssetDbContext db)
        {
            return new Tables(db.Database.GetConnectionString()!, Writer<Asset>(), Writer<AssetEvent>(), Writer<Batch>());

            TableWriter Writer<T>() => new(db.Model.FindEntityType(typeof(T))!);
        }
    }

    private sealed class Transaction(
        Tables tables, FirstStatistics statistics, NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyDictionary<UploadOwner, PendingShare> shares) : IUploadTransaction
    {
        private int _rows;

        public IReadOnlyDictionary<UploadOwner, PendingShare> Shares => shares;

        public async Task<IReadOnlyList<UsageCounter>> AddAsync(
            IReadOnlyList<Asset> assets, IReadOnlyList<AssetEvent> events, IReadOnlyList<Batch> batches, IReadOnlyList<UsageCounter> added)
        {
            _rows += assets.Count;
            await using var batch = new NpgsqlBatch(connection, transaction);
            if (batches.Count > 0) batch.BatchCommands.Add(tables.Batches.Insert(batches));
            batch.BatchCommands.Add(tables.Events.Insert(events));
            batch.BatchCommands.Add(tables.Assets.Insert(assets));

            // Last, because other transactions wait for these rows.
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Counters)
            {
                Parameters =
                {
                    DirectConnection.Array([.. added.Select(c => c.TenantId)], "text"),
                    DirectConnection.Array([.. added.Select(c => c.UserId)], "text"),
                    DirectConnection.Array([.. added.Select(c => c.Day)], "integer"),
                    DirectConnection.Array([.. added.Select(c => c.Files)], "bigint"),
                    DirectConnection.Array([.. added.Select(c => c.Bytes)], "bigint"),
                },
            });
            return await DirectConnection.RunAsync(batch, ReadCountersAsync);
        }

        public async Task CommitAsync()
        {
            await transaction.CommitAsync();
            _ = statistics.Added(_rows, tables.Connection);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        // The only statement with rows.
        private static async Task<IReadOnlyList<UsageCounter>> ReadCountersAsync(NpgsqlDataReader reader)
        {
            var counters = new List<UsageCounter>();
            while (await reader.ReadAsync())
                counters.Add(new UsageCounter { TenantId = reader.GetString(0), UserId = reader.GetString(1), Day = reader.GetInt32(2), Files = reader.GetInt64(3), Bytes = reader.GetInt64(4) });
            return counters;
        }
    }
}
