using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Pipeline.Assets.Postgres;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>The test's own database on the PostgreSQL of <c>./services.sh</c>; a migration creates it.</summary>
internal sealed class OwnPostgres
{
    public string Connection { get; } = new NpgsqlConnectionStringBuilder(
        Environment.GetEnvironmentVariable("PIPELINE_POSTGRES") ?? "Host=127.0.0.1;Port=5435;Database=pipeline;Username=pipeline;Password=pipeline")
    {
        Database = $"test_{Guid.NewGuid():N}",
        Pooling = false,
    }.ConnectionString;

    public PostgresAssetDbContext Open(params IInterceptor[] interceptors) =>
        new(new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql(Connection).AddInterceptors(interceptors).Options);

    public async Task DropAsync()
    {
        await using var db = Open();
        await db.Database.EnsureDeletedAsync();
    }
}
