using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pipeline.TestKit;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Database;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

public sealed class PostgresMigrationTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        // Empty, as whoever runs PostgreSQL hands it out.
        await using var db = _postgres.Open();
        await ((IInfrastructure<IServiceProvider>)db.Database).Instance.GetRequiredService<IRelationalDatabaseCreator>().CreateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task Instances_that_start_together_on_an_empty_database_all_come_up_with_the_model_that_the_code_has()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(MigrateAsync)));

        await using var db = _postgres.Open();
        (await db.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
        db.Database.HasPendingModelChanges().ShouldBeFalse("run tools/migrate.sh after a change of the model");
    }

    [Fact]
    public async Task Whoever_comes_second_waits_for_the_first()
    {
        await using var first = new NpgsqlConnection(_postgres.Connection);
        await first.OpenAsync();
        await ExecuteAsync(first, $"SELECT pg_advisory_lock({PostgresDatabase.MigrationLock})");
        var second = Task.Run(MigrateAsync);
        await Eventually.True(
            async () => (long)(await ExecuteAsync(first, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))! == 1,
            "the second one waits for the lock");
        second.IsCompleted.ShouldBeFalse();

        await ExecuteAsync(first, $"SELECT pg_advisory_unlock({PostgresDatabase.MigrationLock})");
        await second;
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task MigrateAsync()
    {
        await using var services = new ServiceCollection().AddScoped<AssetDbContext>(_ => _postgres.Open()).BuildServiceProvider();
        await PostgresDatabase.MigrateAsync(services);
    }
}
