using MassTransit;
using Pipeline.AllInOne.Database;
using Pipeline.AllInOne.Disk;
using Pipeline.AllInOne.Embedding;
using Pipeline.AllInOne.Home;
using Pipeline.AllInOne.SignIn;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Bus;
using Pipeline.Bus.Inspection;
using Pipeline.Hosting;
using Pipeline.Processor;
using Pipeline.Processor.Diagnosis;
using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.Telemetry;
using Pipeline.UploadApi;
using Pipeline.UploadApi.Web;
using Quartz;

// The embedded mode: all modules in one process, on SQLite, the in-memory bus and the disk store. For one machine and for trying out. Settings
// are beside the program; data is in the folder from which it is started.
return await Startup.RunOrExplainAsync(
    async () =>
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var data = builder.UseDataFolder();
        builder.AddTelemetry("embedded", metricsPort: 9464);
        builder.AddUploadApi();
        builder.AddProcessor();
        builder.Services.AddEmbeddedWorkerReport();
        await builder.AddEmbeddedScannerAsync();
        builder.AddSignIn(data.Path);
        builder.Services.AddSqliteDatabase(data.Path);
        builder.Services.AddDiskStorage(builder.Configuration);
        builder.Services.AddDiskStorageCors();
        builder.Services.AddQuartz(quartz => quartz.AddAssetSweeps());
        builder.Services.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);
        builder.Services.AddSingleton<InMemoryBacklog>().AddSingleton<IBacklog>(provider => provider.GetRequiredService<InMemoryBacklog>());
        builder.Services.AddSingleton<IQueueInspector, InMemoryInspector>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry(); // otherwise it reports to MassTransit's maker some minutes after the start
            bus.AddMessageMetrics();
            bus.AddAssetConsumers();
            bus.AddProcessorConsumers();
            bus.UsingInMemory((context, transport) =>
            {
                var backlog = context.GetRequiredService<InMemoryBacklog>();
                transport.ConnectPublishObserver(backlog);
                transport.ConnectConsumeObserver(backlog);
                transport.UseConsumeFilter(typeof(DrainFilter<>), context);
                transport.ConfigureEndpoints(context);
            });
        });
        builder.Services.AddGracefulStop();
        return builder.Build();
    },
    async app =>
    {
        app.UseDataFolder();
        _ = app.Services.GetRequiredService<StorageAreas>(); // creates the store, so that an unwritable folder fails the start
        await SqliteMigration.RunAsync(app.Services);
        app.MapUploadApi();
        app.MapDiskStorage();
        app.MapSignIn();
        app.MapGuides();
        app.MapWeb(hasSignInLinks: app.HasSignInLinks(), hasGuides: true);
        await InMemoryBusRecovery.GiveBackAsync(app.Services);
    });
