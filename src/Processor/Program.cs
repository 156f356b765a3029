using Pipeline.Bus;
using Pipeline.Hosting;
using Pipeline.Processor;
using Pipeline.Processor.Imaging.Isolation;
using Pipeline.Processor.Scanning;
using Pipeline.Storage.S3;

// A decoder of a worker: no host and no settings.
if (args is [DecoderLoop.Verb]) return DecoderLoop.Run();

// A worker on RabbitMQ, S3 and clamd; any number of them share the queues. It serves nothing but its health.
var builder = HostDefaults.CreateBuilder(args, port: 4001);
builder.AddProcessor();
builder.Services.AddClamdScanner(builder.Configuration);
builder.Services.AddS3Storage(builder.Configuration);
builder.AddRabbitMqBus(bus => bus.AddProcessorConsumers());

var app = builder.Build();
return await app.RunOrExplainAsync(() =>
{
    app.MapHealth();
    return Task.CompletedTask;
});
