using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>The asset database on PostgreSQL. It has its own <c>Migrations</c>, because they differ by provider.</summary>
public sealed class PostgresAssetDbContext(DbContextOptions<PostgresAssetDbContext> options) : AssetDbContext(options)
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
    }

    /// <inheritdoc />
    /// <remarks>
    /// The lock ends with the transaction, even if this process dies. Two owners with the same hash only wait for each other.
    /// </remarks>
    public override Task LockOwnerAsync(string tenantId, string ownerId, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({tenantId} || '/' || {ownerId}, 0))", cancellationToken);

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
}
