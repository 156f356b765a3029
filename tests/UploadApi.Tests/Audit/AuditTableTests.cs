using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.AllInOne.Database;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Persistence;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Audit;

/// <summary>The database itself keeps the audit, whatever code asks for.</summary>
public abstract class AuditTableContract
{
    [Theory]
    [InlineData("UPDATE audit_lines SET \"Result\" = 'ok'")]
    [InlineData("UPDATE audit_lines SET \"Result\" = \"Result\"")]
    [InlineData("DELETE FROM audit_lines")]
    [InlineData("DELETE FROM audit_lines WHERE \"UserId\" = 'ada'")]
    public async Task No_statement_changes_or_deletes_a_line(string sql)
    {
        await using var db = await OpenAsync();
        var log = new AuditLog(db, TimeProvider.System) { RequestId = "r1" };
        await log.WriteAsync(new Caller("default", "ada", new HashSet<string> { "viewer", "x" }), new AuditEntry("run.apply", "t\n1", Result: "forbidden"), default);

        await Should.ThrowAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(sql));

        var line = (await log.ReadAsync(new Caller("bob"), null, null, null, 10, default)).ShouldHaveSingleItem();
        (line.UserId, line.Roles, line.Verb, line.Target, line.Result, line.RequestId).ShouldBe(("ada", "viewer", "run.apply", "t1", "forbidden", "r1"));
    }

    [Fact]
    public async Task A_line_is_saved_with_its_change_or_not_at_all()
    {
        await using var db = await OpenAsync();
        var log = new AuditLog(db, TimeProvider.System);
        await using (await db.Database.BeginTransactionAsync())
        {
            log.Add(new Caller("ada"), new AuditEntry("run.apply", "1"));
            await db.SaveChangesAsync();
        }

        (await log.ReadAsync(new Caller("ada"), null, null, null, 10, default)).ShouldBeEmpty();
    }

    protected abstract Task<AssetDbContext> OpenAsync();
}

public sealed class SqliteAuditTableTests : AuditTableContract, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    protected override async Task<AssetDbContext> OpenAsync()
    {
        var db = new SqliteAssetDbContext(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite($"Data Source={_folder["a.db"]}").Options);
        await db.Database.MigrateAsync();
        return db;
    }
}

public sealed class PostgresAuditTableTests : AuditTableContract, IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task The_table_cannot_be_emptied_either()
    {
        await using var db = await OpenAsync();
        await Should.ThrowAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("TRUNCATE audit_lines"));
        await Should.ThrowAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SET session_replication_role = replica; DELETE FROM audit_lines"));
    }

    protected override async Task<AssetDbContext> OpenAsync()
    {
        var db = _postgres.Open();
        await db.Database.MigrateAsync();
        return db;
    }
}
