using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>The asset database on PostgreSQL. It has its own <c>Migrations</c>, because they differ by provider.</summary>
/// <param name="options">Options of EF Core.</param>
/// <param name="limits">Say whether tenants are counted; null for no.</param>
public sealed class PostgresAssetDbContext(DbContextOptions<PostgresAssetDbContext> options, IOptions<LimitsOptions>? limits = null) : AssetDbContext(options, limits)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<RateBucket>(bucket =>
        {
            bucket.ToTable("rate_buckets");
            bucket.HasKey(b => new { b.Kind, b.TenantId, b.UserId });
            bucket.Property(b => b.Kind).HasMaxLength(32);
            bucket.Property(b => b.TenantId).HasMaxLength(Caller.MaxTenantLength).HasDefaultValue(Caller.DefaultTenant);
            bucket.Property(b => b.UserId).HasMaxLength(128);
        });
        modelBuilder.Entity<StreamInstance>(instance =>
        {
            instance.ToTable("stream_instances");
            instance.Property(i => i.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<OpenStream>(stream =>
        {
            stream.ToTable("open_streams");
            stream.Property(s => s.Id).ValueGeneratedNever();
            stream.Property(s => s.TenantId).HasMaxLength(Caller.MaxTenantLength);
            stream.Property(s => s.UserId).HasMaxLength(128);
            stream.HasIndex(s => new { s.TenantId, s.UserId });
        });
    }

    /// <inheritdoc />
    /// <remarks>
    /// The lock ends with the transaction, even if this process dies. Two owners with the same hash only wait for each other.
    /// </remarks>
    public override Task LockOwnerAsync(string tenantId, string ownerId, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({tenantId} || '/' || {ownerId}, 0))", cancellationToken);

    /// <inheritdoc />
    /// <remarks>Hashed with another seed than the locks of owners. Two names with the same hash only refuse each other for a moment.</remarks>
    public override Task<bool> TryLockAsync(string name, CancellationToken cancellationToken) =>
        Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(hashtextextended({name}, 1)) AS \"Value\"").SingleAsync(cancellationToken);

    /// <inheritdoc />
    public override Task AddChoicesAsync(Guid runId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"INSERT INTO run_choices (\"RunId\", \"AssetId\") SELECT {runId}, unnest({ids.ToArray()})", cancellationToken);

    /// <inheritdoc />
    public override bool CanEstimate => true;

    /// <inheritdoc />
    public override async Task<long> EstimateAsync<T>(IQueryable<T> query, CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = query.CreateDbCommand();
            command.CommandText = $"EXPLAIN (FORMAT JSON) {command.CommandText}";
            using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
            return (long)plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    /// <inheritdoc />
    /// <remarks>
    /// Quartz keeps its tables by names in lower case and its times in ticks. The record of a firing that its instance lost would block the job for
    /// ever. Another run at the same time does no harm: a sweep can run in any number of instances.
    /// </remarks>
    protected override async Task FreeTriggerAsync(string name, DateTimeOffset heldSince, CancellationToken cancellationToken)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        await Database.ExecuteSqlAsync($"DELETE FROM qrtz_fired_triggers WHERE trigger_name = {name} AND fired_time < {heldSince.UtcTicks}", cancellationToken);
        await Database.ExecuteSqlAsync(
            $"UPDATE qrtz_triggers SET trigger_state = 'WAITING' WHERE trigger_name = {name} AND trigger_state IN ('ACQUIRED', 'BLOCKED', 'ERROR')", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc />
    /// <remarks>The commit follows within milliseconds, unless the process or its machine hangs.</remarks>
    protected override string BeforeSharedLocks => "SET LOCAL idle_in_transaction_session_timeout = '10s';\n";

    /// <inheritdoc />
    protected override bool IsDuplicateKey(DbException exception) => exception.SqlState == PostgresErrorCodes.UniqueViolation;

    /// <inheritdoc />
    public override async Task<(string Reason, string? Detail)?> WhyNoWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await Database.SqlQuery<bool>($"SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS \"Value\"").SingleAsync(cancellationToken))
                return ("the database refuses writes: it is read-only", null);

            // Writes only a record to the write-ahead log: no row, no table, nothing to vacuum. A full disk refuses it.
            await Database.ExecuteSqlAsync($"SELECT pg_logical_emit_message(true, 'pipeline', 'ready?')", cancellationToken);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Without the right to that function, the database can still be writable.
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull)
        {
            return ("the database refuses writes: its disk is full", e.SqlState);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return ("the database refuses writes: it is read-only", e.SqlState);
        }
    }

    /// <inheritdoc />
    /// <remarks>A large table is not counted: the statistics of the last ANALYZE, which autovacuum runs, give each status its share.</remarks>
    public override async Task<(IReadOnlyDictionary<AssetStatus, long> Counts, bool AreEstimated)> CountByStatusAsync(int most, CancellationToken cancellationToken)
    {
        var known = await Database.SqlQuery<StatusShare>(
            $"""
            SELECT value AS "Status", share * (SELECT reltuples FROM pg_class WHERE oid = 'assets'::regclass) AS "Count"
            FROM pg_stats, unnest(most_common_vals::text::text[], most_common_freqs) AS common (value, share)
            WHERE schemaname = current_schema() AND tablename = 'assets' AND attname = 'Status'
                AND (SELECT reltuples FROM pg_class WHERE oid = 'assets'::regclass) > {most}
            """).ToListAsync(cancellationToken);
        return known.Count == 0
            ? await base.CountByStatusAsync(most, cancellationToken)
            : (Enum.GetValues<AssetStatus>().ToDictionary(status => status, status => (long)(known.Find(k => k.Status == status.ToString())?.Count ?? 0)), true);
    }

    private sealed record StatusShare(string Status, double Count);
}
