using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Postgres;
using Pipeline.Bus;
using Pipeline.Hosting;
using Pipeline.Storage.S3;
using Pipeline.UploadApi;

// The HTTP API on PostgreSQL, RabbitMQ and S3; any number of instances share the work.
return await Startup.RunOrExplainAsync(
    () =>
    {
        var builder = HostDefaults.CreateBuilder(args, port: 4000);
        builder.AddUploadApi();
        builder.AddPostgresDatabase();
        builder.AddClusteredSweeps();
        builder.Services.AddS3Storage(builder.Configuration).AddPublicUploadWatch();
        builder.Services.AddSingleton<IBacklog, RabbitMqBacklog>();
        builder.AddApiBus(bus =>
        {
            bus.AddAssetConsumers();
            bus.AddPoisonConsumer();
        });
        return Task.FromResult(builder.Build());
    },
    async app =>
    {
        await Startup.CheckAllAsync(BrokerStart.CheckAsync(app.Services), S3Start.CheckAsync(app.Services), PostgresMigration.RunAsync(app.Services));
        app.MapUploadApi();
    });
