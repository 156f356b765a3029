using Microsoft.EntityFrameworkCore;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Database;

/// <summary>The asset database on PostgreSQL. Its migrations stand in <c>Migrations</c>; they differ by provider.</summary>
public sealed class PostgresAssetDbContext(DbContextOptions<PostgresAssetDbContext> options) : AssetDbContext(options)
{
    /// <inheritdoc />
    /// <remarks>The lock goes with the transaction, also if this process dies. Two owners of one hash wait for each other and no more.</remarks>
    public override Task LockOwnerAsync(string ownerId, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({ownerId}, 0))", cancellationToken);
}
