using Microsoft.EntityFrameworkCore;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Database;

/// <summary>The asset database on PostgreSQL. Its migrations stand in <c>Migrations</c>; they differ by provider.</summary>
public sealed class PostgresAssetDbContext(DbContextOptions<PostgresAssetDbContext> options) : AssetDbContext(options);
