using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Commands;
using Pipeline.Assets.Costs;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Delivery;
using Pipeline.Assets.Diagnosis;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Manifests;
using Pipeline.Assets.Moves;
using Pipeline.Assets.Outcomes;
using Pipeline.Assets.Overview;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Purging;
using Pipeline.Assets.Queues;
using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Rescans;
using Pipeline.Assets.Runs;
using Pipeline.Assets.StoreEvents;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Uploads.Multipart;
using Pipeline.Assets.Webhooks;
using Pipeline.Hosting;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets;

/// <summary>
/// Registers the asset domain as a module. The composition root adds the rest: a provider for <see cref="AssetDbContext"/>, a bus, a Quartz
/// store and the storage.
/// </summary>
public static class AssetsModule
{
    public static IServiceCollection AddAssets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<UploadOptions>(configuration, UploadOptions.Section);
        services.AddValidatedOptions<DispatchOptions>(configuration, DispatchOptions.Section);
        services.AddValidatedOptions<CleanupOptions>(configuration, CleanupOptions.Section);
        services.AddValidatedOptions<EventOptions>(configuration, EventOptions.Section);
        services.AddValidatedOptions<LedgerOptions>(configuration, LedgerOptions.Section);
        services.AddValidatedOptions<LimitsOptions>(configuration, LimitsOptions.Section);
        services.AddValidatedOptions<IdempotencyOptions>(configuration, IdempotencyOptions.Section);
        services.RefuseRenamed(configuration, "Tidying", CleanupOptions.Section);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<LocalEventSignal>();
        services.TryAddSingleton<IEventSignal>(provider => provider.GetRequiredService<LocalEventSignal>());
        services.AddSingleton<LocalStepSignal>();
        services.TryAddSingleton<IStepSignal>(provider => provider.GetRequiredService<LocalStepSignal>());
        services.AddScoped<EventDocuments>();
        services.AddSingleton<TransientFaults>();
        services.AddScoped<AssetStore>().AddScoped<OutcomeWriter>().AddScoped<ProfileRegistry>().AddSingleton<ProfileCache>().AddSingleton<AssetLookup>();
        services.AddSingleton<OwnerRoundRobin>().AddScoped<WorkerCapacity>();
        services.AddSingleton<UploadPolicy>().AddSingleton<UploadUrls>().AddScoped<PendingUploads>();
        services.AddScoped<IssueUpload>().AddScoped<IssueBatch>().AddScoped<SignUploadAgain>().AddScoped<ConfirmUpload>();
        services.AddScoped<MultipartParts>().AddScoped<BeginMultipart>().AddScoped<SignParts>().AddScoped<ReadMultipart>();
        services.AddScoped<CompleteMultipart>().AddScoped<AbortMultipart>();
        services.AddHostedService<TenantCounters>();
        services.AddValidatedOptions<PricesOptions>(configuration, PricesOptions.Section);
        services.AddScoped<AuditLog>();
        services.AddScoped<IdempotentRequest>().AddScoped<SignBatchAgain>();
        services.AddScoped<BatchReader>().AddScoped<CloseBatch>();
        services.AddScoped<ReprocessAsset>().AddScoped<DeleteAsset>().AddScoped<SetFocalPoint>().AddScoped<KeepAssets>();
        services.AddSingleton(provider => new RetryPolicy(
            provider.GetRequiredService<IOptions<DispatchOptions>>().Value, () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20)));
        services.AddSingleton<BusMonitor>().AddHostedService<BusMonitorService>();
        services.AddSingleton<CleanupPosition>().AddScoped<VariantMove>().AddScoped<NeededKeys>().AddScoped<AssetCleanup>().AddScoped<SetVisibility>().AddScoped<DownloadUrls>().AddScoped<ConfirmByStoreEvents>();
        services.AddValidatedOptions<StoreEventOptions>(configuration, StoreEventOptions.Section);
        services.AddPurging(configuration);
        services.AddWebhooks(configuration);
        services.AddManifests(configuration);
        services.AddRuns(configuration).AddReconciliation().AddMoves();
        services.AddSingleton<CurrentCounts>().AddHostedService<CountMetrics>();
        services.AddScoped<OverviewReader>().AddScoped<FailureGroups>().AddScoped<WorkersAtWork>().AddScoped<OverviewProblems>();
        services.AddSweeps();
        services.AddAssetChecks();
        services.AddScoped<QueueReport>().AddScoped<ReturnLetters>();
        services.AddSingleton<RequestCountStore>().AddHostedService(provider => provider.GetRequiredService<RequestCountStore>());
        return services;
    }

    /// <summary>Adds the consumers of outcomes; the composition root calls this inside its one <c>AddMassTransit</c>.</summary>
    public static void AddAssetConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ProcessingStartedConsumer, ProcessingStartedConsumerDefinition>();
        bus.AddConsumer<ProcessingContinuesConsumer, ProcessingContinuesConsumerDefinition>();
        bus.AddConsumer<AssetReadyConsumer, AssetReadyConsumerDefinition>();
        bus.AddConsumer<AssetRejectedConsumer, AssetRejectedConsumerDefinition>();
        bus.AddConsumer<ProcessingFailedConsumer, ProcessingFailedConsumerDefinition>();
        bus.AddConsumer<RescanEndedConsumer, RescanEndedConsumerDefinition>();
        bus.AddConsumer<ProfilesAnnouncedConsumer, ProfilesAnnouncedConsumerDefinition>();
    }

    /// <summary>Adds the consumers of outcomes to a further outcome queue.</summary>
    public static void ConfigureOutcomeConsumers(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
    {
        endpoint.ConfigureConsumer<ProcessingStartedConsumer>(context);
        endpoint.ConfigureConsumer<ProcessingContinuesConsumer>(context);
        endpoint.ConfigureConsumer<AssetReadyConsumer>(context);
        endpoint.ConfigureConsumer<AssetRejectedConsumer>(context);
        endpoint.ConfigureConsumer<ProcessingFailedConsumer>(context);
        endpoint.ConfigureConsumer<RescanEndedConsumer>(context);
    }

    /// <summary>Adds the consumer of requests that the broker dead-letters; for composition roots whose bus does that.</summary>
    public static void AddPoisonConsumer(this IBusRegistrationConfigurator bus) => bus.AddConsumer<PoisonConsumer, PoisonConsumerDefinition>();
}
