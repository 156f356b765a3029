using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.Diagnosis;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Postgres;
using Pipeline.Bus;
using Pipeline.Bus.StoreEvents;
using Pipeline.Hosting;
using Pipeline.Storage.S3;
using Pipeline.Telemetry;
using Pipeline.UploadApi;
using Pipeline.UploadApi.StoreEvents;
using Pipeline.UploadApi.Web;

// The HTTP API on PostgreSQL, RabbitMQ and S3; any number of instances share the work. `migrate` only brings the database's schema up to date.
if (args is ["migrate"]) return await Startup.RunOnceAsync(Build, app => PostgresMigration.RunAsync(app.Services));

return await Startup.RunOrExplainAsync(
    Build,
    async app =>
    {
        await Startup.CheckAllAsync(BrokerStart.CheckAsync(app.Services), S3Start.CheckAsync(app.Services), PostgresMigration.RunOrWaitAsync(app.Services));
        app.MapUploadApi();
        app.MapWebIfEnabled();
    });

Task<WebApplication> Build()
{
    var builder = HostDefaults.CreateBuilder(args, port: 4000);
    builder.AddTelemetry("uploadapi", metricsPort: 9464);
    builder.AddUploadApi();
    builder.AddPostgresDatabase();
    builder.AddClusteredSweeps();
    builder.Services.AddS3Storage(builder.Configuration).AddPublicUploadWatch().AddS3AreasCheck().AddWorkersCheck();
    builder.Services.AddSingleton<IBacklog, RabbitMqBacklog>();
    builder.Services.AddBusEvents();
    builder.Services.AddSingleton<StoreEventReceiver>().AddHostedService<StoreEventSubscription>();
    builder.AddApiBus(
        bus =>
        {
            bus.AddAssetConsumers();
            bus.AddPoisonConsumer();
        },
        AssetsModule.ConfigureOutcomeConsumers);
    return Task.FromResult(builder.Build());
}
