using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.AllInOne.Database;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>A reachable database that refused writes counted as ready: uploads arrived, but no confirm was stored.</summary>
public sealed class DatabaseWritesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_sqlite_database_that_is_well_takes_writes()
    {
        await using var db = await OpenAsync();

        for (var i = 0; i < 3; i++) (await db.WhyNoWritesAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_data_folder_that_has_vanished_is_told_though_open_connections_go_on()
    {
        await using var db = await OpenAsync();
        Directory.Delete(Folder, recursive: true);

        (await db.Assets.CountAsync()).ShouldBe(0, "the pool still has the file");
        (await db.WhyNoWritesAsync(default)).ShouldNotBeNull().Reason.ShouldContain("is missing");

        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(Path.Combine(Folder, "assets.db"), []);
        (await db.WhyNoWritesAsync(default)).ShouldNotBeNull().Reason.ShouldContain("another database than before");
    }

    [Fact]
    public async Task A_sqlite_file_that_is_damaged_or_cannot_be_written_is_told()
    {
        await using var db = await OpenAsync();
        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(Folder)) File.Delete(file);
        File.WriteAllText(Path.Combine(Folder, "assets.db"), new string('x', 8192));
        (await db.WhyNoWritesAsync(default)).ShouldNotBeNull().Reason.ShouldContain("damaged");
    }

    [Fact]
    public async Task A_sqlite_database_that_another_program_has_locked_is_told_and_well_again_afterwards()
    {
        await using var db = await OpenAsync();
        await using (var other = new SqliteConnection($"{Connection};Pooling=False"))
        {
            await other.OpenAsync();
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();
            (await db.WhyNoWritesAsync(default)).ShouldNotBeNull().Reason.ShouldBe("the database refuses writes: it is locked");
        }

        (await db.WhyNoWritesAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_postgres_database_that_is_read_only_is_told_and_well_again_afterwards()
    {
        var postgres = new OwnPostgres();
        try
        {
            await using (var db = postgres.Open()) await db.Database.MigrateAsync();
            (await WhyAsync(postgres)).ShouldBeNull();

            await SetAsync(postgres, "on");
            (await WhyAsync(postgres)).ShouldBe("the database refuses writes: it is read-only");

            await SetAsync(postgres, "off");
            (await WhyAsync(postgres)).ShouldBeNull();
        }
        finally
        {
            await postgres.DropAsync();
        }
    }

    private string Folder => _folder["data"];

    private string Connection => $"Data Source={Path.Combine(Folder, "assets.db")}";

    private async Task<SqliteAssetDbContext> OpenAsync()
    {
        Directory.CreateDirectory(Folder);
        var db = new SqliteAssetDbContext(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite(Connection).Options);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL");
        await db.Database.MigrateAsync();
        return db;
    }

    private static async Task<string?> WhyAsync(OwnPostgres postgres)
    {
        await using var db = postgres.Open();
        return (await db.WhyNoWritesAsync(default))?.Reason;
    }

    // Set by another session, in a transaction that may write, as an operator or a guard against a full disk does.
    private static async Task SetAsync(OwnPostgres postgres, string value)
    {
        await using var connection = new NpgsqlConnection(postgres.Connection);
        await connection.OpenAsync();
        var name = new NpgsqlConnectionStringBuilder(postgres.Connection).Database;
        foreach (var text in new[] { "SET default_transaction_read_only = off", $"ALTER DATABASE \"{name}\" SET default_transaction_read_only = {value}" })
        {
            await using var command = new NpgsqlCommand(text, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
