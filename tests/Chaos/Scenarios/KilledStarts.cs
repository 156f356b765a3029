using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Pipeline.AllInOne.Database;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>kill -9 at a random moment of a start: the next start succeeds, and no row is lost. Every other kill hits a migration.</summary>
internal static class KilledStarts
{
    private const int Rows = 2000;
    private const string Migrates = "Migrating the database";
    private static readonly TimeSpan Migrating = TimeSpan.FromSeconds(1);

    public static Task<Finding> FirstOnSqliteAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(scale, Sqlite, rows: 0, cancellationToken);

    public static Task<Finding> UpgradeOnSqliteAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(scale, Sqlite, Rows, cancellationToken);

    public static Task<Finding> FirstOnPostgresAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(scale, PostgresAsync, rows: 0, cancellationToken);

    public static Task<Finding> UpgradeOnPostgresAsync(Scale scale, CancellationToken cancellationToken) => RunAsync(scale, PostgresAsync, Rows, cancellationToken);

    private static async Task<Finding> RunAsync(Scale scale, Func<string, Task<Ground>> make, int rows, CancellationToken cancellationToken)
    {
        var times = scale.Of(50);
        var (whole, inMigration) = (TimeSpan.Zero, 0);
        for (var time = 0; time <= times; time++)
        {
            using var folder = new TempFolder();
            await using var ground = await make(folder.Path);
            if (rows > 0) await FillAsync(ground, rows, cancellationToken);

            // The first start is not killed; it gives the duration of a start.
            if (time > 0 && await KillAsync(ground, folder.Path, whole, afterMark: time % 2 == 1, cancellationToken)) inMigration++;
            var start = Stopwatch.GetTimestamp();
            await using (await ServerProcess.StartAsync(ground.Program, folder.Path, ground.Settings))
                if (time == 0) whole = Stopwatch.GetElapsedTime(start);
            await AuditAsync(ground, rows, cancellationToken);
        }

        return new Finding($"{times} kills, {inMigration} of them in the migration", $"each next start came up by itself; {rows} rows are there");
    }

    private static async Task<bool> KillAsync(Ground ground, string folder, TimeSpan whole, bool afterMark, CancellationToken cancellationToken)
    {
        await using var server = ServerProcess.Launch(ground.Program, folder, ground.Settings);
        if (afterMark) await Eventually.True(() => server.Log.Contains(Migrates, StringComparison.Ordinal), "the migration begins", TimeSpan.FromMinutes(2));
        await Task.Delay((afterMark ? Migrating : whole) * (RandomNumberGenerator.GetInt32(1000) / 1000.0), cancellationToken);
        await server.KillAsync();
        return server.Log.Contains(Migrates, StringComparison.Ordinal);
    }

    private static async Task FillAsync(Ground ground, int rows, CancellationToken cancellationToken)
    {
        await using var db = ground.Open();
        await db.Database.MigrateAsync(db.Database.GetMigrations().First(), cancellationToken);
        await db.Database.ExecuteSqlRawAsync(ground.InsertRows(rows), cancellationToken);
    }

    private static async Task AuditAsync(Ground ground, int rows, CancellationToken cancellationToken)
    {
        await using var db = ground.Open();
        ChaosException.Unless(!(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any(), "the database is not up to date");
        var count = await db.Assets.CountAsync(cancellationToken);
        ChaosException.Unless(count == rows, $"{count} of {rows} rows are left");
    }

    private static Task<Ground> Sqlite(string folder)
    {
        var database = Path.Combine(folder, "data", "assets.db");
        Directory.CreateDirectory(Path.GetDirectoryName(database)!);
        return Task.FromResult(new Ground(
            "Pipeline.AllInOne.dll",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Scanner__Kind"] = "development" },
            () => new SqliteAssetDbContext(new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite($"Data Source={database};Pooling=False").Options),
            rows => $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
                INSERT INTO assets (Id, OwnerId, Status, FileName, ClaimedType, Size, Profile, IncomingKey, CreatedAt, UploadUrlExpiresAt, UpdatedAt, Version, Revision, Work, Attempt)
                SELECT upper(printf('00000000-0000-7000-8000-%012x', i)), 'ada', 'Ready', 'cat.jpg', 'image/jpeg', 3, 'web', 'uploads/ada/' || i || '-00.jpg', 0, 0, 0, 1, 1, 'Idle', 1 FROM n
                """,
            null));
    }

    private static async Task<Ground> PostgresAsync(string folder)
    {
        var database = await Database.CreateAsync($"chaos_{Guid.NewGuid():N}");
        var settings = ProductionSettings.Of(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Path.Combine(folder, "work"));
        settings[database.Setting.Name] = database.Setting.Value;
        return new Ground(
            "Pipeline.UploadApi.dll",
            settings,
            () => new PostgresAssetDbContext(new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql($"{database.Setting.Value};Pooling=False").Options),
            rows => $"""
                INSERT INTO assets ("Id", "OwnerId", "Status", "FileName", "ClaimedType", "Size", "Profile", "IncomingKey", "CreatedAt", "UploadUrlExpiresAt", "UpdatedAt", "Version", "Revision", "Work", "Attempt")
                SELECT gen_random_uuid(), 'ada', 'Ready', 'cat.jpg', 'image/jpeg', 3, 'web', 'uploads/ada/' || i || '-00.jpg', now(), now(), now(), 1, 1, 'Idle', 1 FROM generate_series(1, {rows}) i
                """,
            database);
    }

    /// <summary>A host and its database.</summary>
    private sealed record Ground(
        string Host, IReadOnlyDictionary<string, string> Settings, Func<AssetDbContext> Open, Func<int, string> InsertRows, IAsyncDisposable? Owned) : IAsyncDisposable
    {
        public string Program => Path.Combine(AppContext.BaseDirectory, Host);

        public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
