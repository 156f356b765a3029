using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Bus;

/// <summary>The bus on RabbitMQ, the same for both hosts: durable quorum queues with pinned names, and nothing vanishes.</summary>
public static class RabbitMqBus
{
    private static readonly TimeSpan RunningWork = TimeSpan.FromSeconds(65);

    /// <param name="consumers">Adds the consumers of this host.</param>
    public static IHostApplicationBuilder AddRabbitMqBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> consumers)
    {
        builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
        builder.Services.AddValidatedOptions<RabbitMqOptions>(builder.Configuration, RabbitMqOptions.Section);
        builder.Services.Configure<MassTransitHostOptions>(host => host.StopTimeout = RunningWork);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = RunningWork + TimeSpan.FromSeconds(10));
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry(); // it would report to the library's maker some minutes after the start
            consumers(bus);
            bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                    QuorumQueue.Configure(rabbit, name, context.GetRequiredService<IOptions<RabbitMqOptions>>().Value.DeliveryLimit);
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
                rabbit.Host(options.Uri);

                // A request that is published before its queue exists would be confirmed and lost: so the publisher makes the queue, too.
                rabbit.DeployPublishTopology = true;
                rabbit.Publish<UploadConfirmed>(p => QuorumQueue.Bind(p, QueueNames.Uploads, options.DeliveryLimit));
                rabbit.Publish<ReprocessRequested>(p => QuorumQueue.Bind(p, QueueNames.Reprocess, options.DeliveryLimit));
                rabbit.Publish<SuspectRequested>(p => QuorumQueue.Bind(p, QueueNames.Suspects, options.DeliveryLimit));
                rabbit.Publish<ProcessingStarted>(p => QuorumQueue.Bind(p, QueueNames.Outcomes, options.DeliveryLimit));
                rabbit.Publish<AssetReady>(p => QuorumQueue.Bind(p, QueueNames.Outcomes, options.DeliveryLimit));
                rabbit.Publish<AssetRejected>(p => QuorumQueue.Bind(p, QueueNames.Outcomes, options.DeliveryLimit));
                rabbit.Publish<ProcessingFailed>(p => QuorumQueue.Bind(p, QueueNames.Outcomes, options.DeliveryLimit));
                rabbit.Publish<ProfilesAnnounced>(p => QuorumQueue.Bind(p, QueueNames.Profiles, options.DeliveryLimit));
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder;
    }
}
