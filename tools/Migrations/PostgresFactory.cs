using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Pipeline.Assets.Postgres;

namespace Pipeline.Migrations;

/// <summary>How dotnet-ef gets the context; no server is asked.</summary>
internal sealed class PostgresFactory : IDesignTimeDbContextFactory<PostgresAssetDbContext>
{
    public PostgresAssetDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql("Host=none").Options);
}
