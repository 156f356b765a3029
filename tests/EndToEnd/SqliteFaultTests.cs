using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Pipeline.EndToEnd;

/// <summary>The database file of the embedded server is damaged, or another program has locked it.</summary>
public sealed class SqliteFaultTests
{
    private const int PageSize = 4096;

    [Fact]
    public async Task A_database_with_damaged_pages_is_named_at_the_start_and_neither_it_nor_any_object_is_touched()
    {
        using var folder = new TempFolder();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Data__Folder"] = folder["data"], ["Scanner__Kind"] = "development" };
        await using (var server = await Server.StartAsync([.. settings.Select(setting => (setting.Key, setting.Value))]))
        {
            using var alice = await server.PersonAsync();
            (await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes))).Text("status").ShouldBe("ready");
            (await server.StopAsync()).ShouldBe(0);
        }

        // The schema and the history of migrations are intact, so that only reading an asset shows the damage.
        var database = folder["data/assets.db"];
        var page = await RootOfAssetsAsync(database);
        var bytes = await File.ReadAllBytesAsync(database);
        bytes.AsSpan((page - 1) * PageSize, PageSize).Fill(0xA5);
        await File.WriteAllBytesAsync(database, bytes);
        var before = Hashes(folder["data/objects"]);

        await using var damaged = ServerProcess.Launch(Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll"), folder.Path, settings);
        (await damaged.EndAsync()).ShouldBe(78, damaged.Log);

        damaged.Errors.ShouldHaveSingleItem().ShouldContain("assets.db is damaged or not a database: replace it by a backup");
        before.Count.ShouldBeGreaterThan(8);
        Hashes(folder["data/objects"]).ShouldBe(before);
        (await File.ReadAllBytesAsync(database)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_database_that_is_locked_makes_requests_wait_and_the_server_unready_until_it_is_let_go()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        Task<Guid> upload;
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(server.DataFolder, "assets.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();
            upload = alice.UploadAsync(CameraPhoto.Bytes);

            await Eventually.True(
                async () => await alice.GetAsync("/health/ready") is { Status: 503 } answer && answer.Body.Contains("it is locked", StringComparison.Ordinal), "it is unready", TimeSpan.FromMinutes(1));
            upload.IsCompleted.ShouldBeFalse();
            var failing = (await alice.GetAsync("/health/ready")).Json["failing"]!.AsArray().Single(entry => entry!["part"]!.GetValue<string>() == "database")!;
            failing["since"]!.GetValue<DateTimeOffset>().ShouldBeLessThanOrEqualTo(TimeProvider.System.GetUtcNow());
            failing["reason"]!.GetValue<string>().ShouldContain("it is locked");
            failing["action"]!.GetValue<string>().ShouldStartWith("Start the database");
        }

        (await alice.TerminalAsync(await upload)).Text("status").ShouldBe("ready");
        await Eventually.True(async () => (await alice.GetAsync("/health/ready")).Status == 200, "it is ready again", TimeSpan.FromMinutes(1));
    }

    private static async Task<int> RootOfAssetsAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = 'assets'";
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static Dictionary<string, string> Hashes(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))), StringComparer.Ordinal);
}
