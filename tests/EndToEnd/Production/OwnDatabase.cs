using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.Assets.Postgres;

namespace Pipeline.EndToEnd.Production;

/// <summary>The test's own database on the PostgreSQL of <c>./services.sh</c>, with all tables and no rows.</summary>
public sealed class OwnDatabase : IAsyncDisposable
{
    private const string TemplateName = "pipeline_template";
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
        var options = new DbContextOptionsBuilder<PostgresAssetDbContext>().UseNpgsql(To(TemplateName)).Options;
        await using var context = new PostgresAssetDbContext(options);
        await context.Database.MigrateAsync();
    }

    // Without a pool: PostgreSQL copies only a database without connections.
    private static string To(string name) => new NpgsqlConnectionStringBuilder(Administration) { Database = name, Pooling = false }.ConnectionString;

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(To(new NpgsqlConnectionStringBuilder(Administration).Database!));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
