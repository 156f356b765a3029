using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.AllInOne.Database;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Database;

public sealed class SqliteMigrationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_lock_that_a_killed_server_has_left_in_the_database_holds_nobody_up()
    {
        await using (var db = Open())
        {
            await db.Database.MigrateAsync("Initial");
            await db.Database.ExecuteSqlRawAsync("INSERT OR IGNORE INTO \"__EFMigrationsLock\" (Id, Timestamp) VALUES (1, '2026-01-01')");
        }

        await MigrateAsync().WaitAsync(TimeSpan.FromSeconds(60));

        await using var after = Open();
        (await after.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_stands_in_the_write_ahead_log_of_a_killed_server_is_in_the_new_database()
    {
        await using var writer = Open();
        await writer.Database.MigrateAsync("Initial");
        await writer.Database.OpenConnectionAsync();
        await writer.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE kept (i); INSERT INTO kept VALUES (7)");
        Directory.CreateDirectory(_folder["killed"]);
        foreach (var file in Directory.GetFiles(_folder.Path)) File.Copy(file, Path.Combine(_folder["killed"], Path.GetFileName(file)));
        File.Exists(_folder["killed/assets.db-wal"]).ShouldBeTrue("or nothing is shown by this");

        await MigrateAsync("killed/assets.db");

        await using var after = Open("killed/assets.db");
        (await after.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
        (await after.Database.SqlQueryRaw<int>("SELECT i AS Value FROM kept").SingleAsync()).ShouldBe(7);
    }

    [Fact]
    public async Task A_copy_that_a_killed_server_has_left_is_begun_anew()
    {
        await File.WriteAllTextAsync(_folder["assets.db.migrating"], "half of a database");
        await File.WriteAllTextAsync(_folder["assets.db.migrating-journal"], "half of a journal");

        await MigrateAsync();

        Directory.GetFiles(_folder.Path, "*migrating*").ShouldBeEmpty();
        await using var after = Open();
        (await after.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told_and_stays_as_it_is()
    {
        await File.WriteAllTextAsync(_folder["assets.db"], new string('x', 5000));

        var fault = await Should.ThrowAsync<StartFaultException>(() => MigrateAsync());

        fault.Exit.ShouldBe(StartExit.Misconfigured);
        (await File.ReadAllTextAsync(_folder["assets.db"])).ShouldBe(new string('x', 5000));
    }

    private SqliteAssetDbContext Open(string file = "assets.db") =>
        new(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite($"Data Source={_folder[file]};Pooling=False").Options);

    private async Task MigrateAsync(string file = "assets.db")
    {
        await using var services = new ServiceCollection().AddLogging().AddScoped<AssetDbContext>(_ => Open(file)).BuildServiceProvider();
        await SqliteMigration.RunAsync(services);
    }
}
