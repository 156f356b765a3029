using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

public sealed class PostgresMigrationTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        // An empty database, as an administrator creates it.
        await using var db = _postgres.Open();
        await ((IInfrastructure<IServiceProvider>)db.Database).Instance.GetRequiredService<IRelationalDatabaseCreator>().CreateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task Instances_that_start_together_on_an_empty_database_all_come_up_with_the_model_that_the_code_has()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MigrateAsync())));

        await using var db = _postgres.Open();
        (await db.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
        db.Database.HasPendingModelChanges().ShouldBeFalse("run tools/migrate.sh after a change of the model");
    }

    [Fact]
    public async Task Whoever_comes_second_says_that_it_waits_and_goes_on_when_the_first_has_died()
    {
        await using var first = new NpgsqlConnection(_postgres.Connection);
        await first.OpenAsync();
        await ExecuteAsync(first, $"SELECT pg_advisory_lock({PostgresMigration.MigrationLock})");
        var log = new LinesOfLog();
        var second = Task.Run(() => MigrateAsync(log));
        await Eventually.True(() => log.Lines.Any(line => line.Contains("has waited for it", StringComparison.Ordinal)), "the second one says that it waits");
        second.IsCompleted.ShouldBeFalse();

        await first.CloseAsync();
        await second;
    }

    [Fact]
    public async Task Where_nothing_is_to_be_done_nobody_waits()
    {
        await MigrateAsync();
        await using var other = new NpgsqlConnection(_postgres.Connection);
        await other.OpenAsync();
        await ExecuteAsync(other, $"SELECT pg_advisory_lock({PostgresMigration.MigrationLock})");

        await MigrateAsync();
    }

    [Fact]
    public async Task A_first_start_fails_no_command()
    {
        var log = new LinesOfLog();
        await using var services = new ServiceCollection().AddLogging(l => l.AddProvider(log))
            .AddScoped<AssetDbContext>(provider => new PostgresAssetDbContext(new DbContextOptionsBuilder<PostgresAssetDbContext>()
                .UseNpgsql(_postgres.Connection).UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>()).Options))
            .BuildServiceProvider();

        await PostgresMigration.RunAsync(services);

        log.Lines.ShouldNotContain(line => line.StartsWith("Error", StringComparison.Ordinal));
        log.Lines.ShouldContain(line => line.Contains("Migrating the database", StringComparison.Ordinal));
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task MigrateAsync(LinesOfLog? log = null)
    {
        await using var services = new ServiceCollection().AddLogging(l => l.AddProvider(log ?? new LinesOfLog())).AddScoped<AssetDbContext>(_ => _postgres.Open()).BuildServiceProvider();
        await PostgresMigration.RunAsync(services);
    }

    private sealed class LinesOfLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
            // Records only the lines.
        }
    }
}
