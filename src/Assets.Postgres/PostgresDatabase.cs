using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.RateLimiting;
using Pipeline.Assets.Streams;
using Pipeline.Assets.Uploads;
using Pipeline.Hosting;
using Pipeline.Hosting.Diagnosis;
using Quartz;

namespace Pipeline.Assets.Postgres;

/// <summary>Registers the asset database and the sweeps' schedule on PostgreSQL, shared by all instances of the API.</summary>
public static class PostgresDatabase
{
    // A server that ignored the query also ignores a cancel, so wait one second only. If a key appears twice, the later one counts.
    private const string Waits = "Timeout=5;Command Timeout=10;Cancellation Timeout=1000";

    public static IHostApplicationBuilder AddPostgresDatabase(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning);
        builder.Services.AddValidatedOptions<ConnectionStringOptions>(builder.Configuration, ConnectionStringOptions.Section);
        builder.Services.AddValidatedOptions<DatabaseOptions>(builder.Configuration, DatabaseOptions.Section);

        // The options are built once and not for each request.
        builder.Services.AddDbContext<AssetDbContext, PostgresAssetDbContext>(
            (provider, options) => options.UseNpgsql(WithTimeouts(provider.GetRequiredService<IOptions<ConnectionStringOptions>>().Value.Assets))
                .AddInterceptors(new SkipLocked(), new PreparedQueries(), new ReadOnlyServer(), new CommandMetrics()),
            ServiceLifetime.Scoped,
            ServiceLifetime.Singleton);
        builder.Services.AddSingleton<IDatabaseFaults, PostgresFaults>();
        builder.Services.AddScoped<IDiagnosticCheck>(provider => new TransactionsCheck(provider.GetRequiredService<AssetDbContext>()));
        builder.Services.AddSingleton<IRateBuckets, PostgresRateBuckets>();
        builder.Services.AddSingleton<PostgresStreamSlots>().AddSingleton<IStreamSlots>(provider => provider.GetRequiredService<PostgresStreamSlots>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<PostgresStreamSlots>());
        builder.Services.AddSingleton<FirstStatistics>().AddSingleton<IUploadRows, PostgresUploadRows>().AddSingleton<UploadGroups>();
        builder.Services.AddSingleton(provider => new DatabaseClock(
            DatabaseClock.Of(() => WithTimeouts(provider.GetRequiredService<IOptions<ConnectionStringOptions>>().Value.Assets)), TimeProvider.System));
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseClock>()));
        builder.Services.AddHostedService<DatabaseClockMonitor>();
        builder.Services.AddScoped<IEventPartitions, PostgresEventPartitions>();
        builder.Services.Replace(ServiceDescriptor.Singleton<IEventSignal, PostgresEventSignal>());
        builder.Services.Replace(ServiceDescriptor.Singleton<IStepSignal, PostgresStepSignal>());
        builder.Services.AddHostedService(provider => new PostgresEventListener(
            provider.GetRequiredService<LocalEventSignal>(),
            provider.GetRequiredService<LocalStepSignal>(),
            () => WithTimeouts(provider.GetRequiredService<IOptions<ConnectionStringOptions>>().Value.Assets),
            provider.GetRequiredService<ILogger<PostgresEventListener>>()));
        return builder;
    }

    /// <summary>Keeps the schedule in the database: each tick runs in one instance, and another takes over from one that dies.</summary>
    public static IHostApplicationBuilder AddClusteredSweeps(this IHostApplicationBuilder builder)
    {
        var connection = builder.Configuration.GetConnectionString(nameof(ConnectionStringOptions.Assets)) ?? "";
        builder.Services.AddQuartz(quartz => quartz
            .UsePersistentStore(store =>
            {
                store.UsePostgres(connection);
                store.UseSystemTextJsonSerializer();
                store.UseClustering();
                store.ProvisionSchema();
            })
            .AddAssetSweeps());
        builder.Services.DeleteObsoleteJobs();
        builder.Services.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);
        return builder;
    }

    /// <summary>
    /// Adds timeouts that suit a request, unless the operator has set others: if the database is frozen or the network drops everything,
    /// the caller gets an error within seconds and not after Npgsql's minute.
    /// </summary>
    internal static string WithTimeouts(string? connectionString) => $"{Waits};{connectionString}";
}
