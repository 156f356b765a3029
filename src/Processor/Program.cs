using Pipeline.Bus;
using Pipeline.Hosting;
using Pipeline.Processor;
using Pipeline.Processor.Imaging.Isolation;
using Pipeline.Processor.Scanning;
using Pipeline.Storage.S3;

// The worker, and the decoders that it starts. The worker is a method of its own, so that a decoder loads nothing of a host.
return args switch
{
    [Confinement.Verb, ..] => Confinement.Run(args[1..]),
    [DecoderLoop.Verb] => DecoderLoop.Run(),
    _ => await RunWorkerAsync(args),
};

// A worker on RabbitMQ, S3 and clamd; any number of them share the queues. It serves nothing but its health.
static Task<int> RunWorkerAsync(string[] args) => Startup.RunOrExplainAsync(
    () =>
    {
        var builder = HostDefaults.CreateBuilder(args, port: 4001);
        builder.AddProcessor();
        builder.Services.AddClamdScanner(builder.Configuration);
        builder.Services.AddS3Storage(builder.Configuration);
        builder.AddWorkerBus(bus => bus.AddProcessorConsumers());
        return Task.FromResult(builder.Build());
    },
    async app =>
    {
        await Startup.CheckAllAsync(BrokerStart.CheckAsync(app.Services), S3Start.CheckAsync(app.Services));
        app.UseSecurityHeaders();
        app.MapHealth();
    });
