using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Pipeline.AllInOne.Database;

namespace Pipeline.Migrations;

/// <summary>How dotnet-ef gets the context; the file is never opened.</summary>
internal sealed class SqliteFactory : IDesignTimeDbContextFactory<SqliteAssetDbContext>
{
    private static void Main() { }

    public SqliteAssetDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite("Data Source=authoring.db").Options);
}
