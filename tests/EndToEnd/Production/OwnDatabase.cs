using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.Assets.Postgres;

namespace Pipeline.EndToEnd.Production;

/// <summary>The test's own database on the PostgreSQL of <c>./services.sh</c>, with all tables and no rows.</summary>
public sealed class OwnDatabase : IAsyncDisposable
{
    // Named by the checkout and by its migrations, because two checkouts may share a server, and a rewritten migration cannot follow its first version.
    private static readonly string CheckoutName = $"pipeline_template_{Hash(Repository.Root)}";
    private static readonly string TemplateName = $"{CheckoutName}_{typeof(PostgresAssetDbContext).Module.ModuleVersionId:N}";
    private static readonly string Administration = ProductionSettings.Of("", "")["ConnectionStrings__Assets"];
    private static readonly Lazy<Task> Template = new(MakeTemplateAsync);

    private readonly string _name;

    private OwnDatabase(string name) => _name = name;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(Administration) { Database = _name }.ConnectionString;

    public static async Task<OwnDatabase> MakeAsync()
    {
        await Template.Value;
        return await MakeAsync($"TEMPLATE {TemplateName}");
    }

    /// <summary>A database without tables, as an operator creates it.</summary>
    public static Task<OwnDatabase> MakeEmptyAsync() => MakeAsync("");

    private static async Task<OwnDatabase> MakeAsync(string options)
    {
        var database = new OwnDatabase($"test_{Guid.NewGuid():N}");
        await ExecuteAsync($"CREATE DATABASE {database._name} {options}");
        return database;
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");

    // Copied, since migrating an empty database takes most of a start.
    private static async Task MakeTemplateAsync()
    {
        foreach (var outdated in await OutdatedAsync()) await ExecuteAsync($"DROP DATABASE IF EXISTS {outdated} WITH (FORCE)");
        var options = new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql(To(TemplateName)).Options;
        await using var context = new PostgresAssetDbContext(options);
        await context.Database.MigrateAsync();
    }

    private static async Task<IReadOnlyList<string>> OutdatedAsync()
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND datname <> $2", connection)
        {
            Parameters = { new() { Value = CheckoutName }, new() { Value = TemplateName } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync()) names.Add(reader.GetString(0));
        return names;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    private static string Server => To(new NpgsqlConnectionStringBuilder(Administration).Database!);

    // Without a pool: PostgreSQL copies only a database without connections.
    private static string To(string name) => new NpgsqlConnectionStringBuilder(Administration) { Database = name, Pooling = false }.ConnectionString;

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
