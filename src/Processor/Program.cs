using Pipeline.Bus;
using Pipeline.Hosting;
using Pipeline.Processor;
using Pipeline.Processor.Diagnosis;
using Pipeline.Processor.Scanning;
using Pipeline.Storage.S3;
using Pipeline.Telemetry;

// A worker on RabbitMQ, S3 and clamd; any number of workers share the queues. Over HTTP it serves only its health.
return await Startup.RunOrExplainAsync(
    () =>
    {
        var builder = HostDefaults.CreateBuilder(args, port: 4001);
        builder.AddTelemetry("processor", metricsPort: 9465);
        builder.AddProcessor();
        builder.Services.AddClamdScanner(builder.Configuration);
        builder.Services.AddS3Storage(builder.Configuration);
        builder.Services.AddWorkerReport();
        builder.AddWorkerBus(bus => bus.AddProcessorConsumers());
        return Task.FromResult(builder.Build());
    },
    async app =>
    {
        await Startup.CheckAllAsync(BrokerStart.CheckAsync(app.Services), S3Start.CheckAsync(app.Services));
        app.UseSecurityHeaders();
        app.MapHealth();
    });
