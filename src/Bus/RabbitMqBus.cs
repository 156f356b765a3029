using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Bus.ErrorQueues;
using Pipeline.Bus.Events;
using Pipeline.Bus.Inspection;
using Pipeline.Bus.Outcomes;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Bus;

/// <summary>
/// The bus on RabbitMQ: durable quorum queues with fixed names; no message is lost silently. Each host declares only its own part, so that its
/// user at the broker needs few rights: the API declares all message exchanges and the queues of both hosts, the worker its own queues.
/// </summary>
public static class RabbitMqBus
{
    private static readonly TimeSpan RunningWork = TimeSpan.FromSeconds(65);

    /// <param name="builder">The host.</param>
    /// <param name="consumers">Adds the consumers of this host.</param>
    /// <param name="outcomes">Adds those of outcomes to the endpoint of a further lane.</param>
    public static IHostApplicationBuilder AddApiBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> consumers, OutcomeConsumers outcomes)
    {
        builder.Services.AddErrorQueueWatch();
        builder.Services.AddCheck<TopologyCheck>();
        builder.Services.AddSingleton<IQueueInspector, RabbitMqInspector>();
        builder.Services.AddSingleton<EventExchange>();
        builder.AddRabbitMqBus(
            consumers,
            (rabbit, options) =>
            {
                // The worker must not bind its queues, or it could send itself requests.
                rabbit.DeployPublishTopology = true;
                rabbit.Publish<ProcessingRequest>(p => p.Exclude = true);
                rabbit.Publish<UploadConfirmed>(p => QuorumQueue.Bind(p, QueueNames.Uploads, options.DeliveryLimit));
                rabbit.Publish<ReprocessRequested>(p => QuorumQueue.Bind(p, QueueNames.Reprocess, options.DeliveryLimit));
                rabbit.Publish<SuspectRequested>(p => QuorumQueue.Bind(p, QueueNames.Suspects, options.DeliveryLimit));
                rabbit.Publish<RescanRequested>(p => QuorumQueue.Bind(p, QueueNames.Rescans, options.DeliveryLimit));
            });

        // After the bus, which must be there before an endpoint is added to it.
        builder.Services.AddSingleton(outcomes);
        builder.Services.AddSingleton<ReadLanes>().AddHostedService<OutcomeLaneReaders>();
        return builder;
    }

    /// <param name="builder">The host.</param>
    /// <param name="consumers">Adds the consumers of this host.</param>
    public static IHostApplicationBuilder AddWorkerBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> consumers)
    {
        builder.Services.AddSingleton<OutcomeRouter>().AddHostedService(provider => provider.GetRequiredService<OutcomeRouter>());
        return builder.AddRabbitMqBus(
            consumers,
            (rabbit, options) =>
            {
                if (options.OutcomeLanes > 1) rabbit.PublishToLanes();

                // The API declares these exchanges: a user who may declare an exchange may also delete it.
                rabbit.Publish<ProcessingStarted>(p => p.Exclude = true);
                rabbit.Publish<ProcessingContinues>(p => p.Exclude = true);
                rabbit.Publish<AssetReady>(p => p.Exclude = true);
                rabbit.Publish<AssetRejected>(p => p.Exclude = true);
                rabbit.Publish<ProcessingFailed>(p => p.Exclude = true);
                rabbit.Publish<RescanEnded>(p => p.Exclude = true);
                rabbit.Publish<ProfilesAnnounced>(p => p.Exclude = true);
            });
    }

    private static IHostApplicationBuilder AddRabbitMqBus(
        this IHostApplicationBuilder builder,
        Action<IBusRegistrationConfigurator> consumers,
        Action<IRabbitMqBusFactoryConfigurator, RabbitMqOptions> publishing)
    {
        builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
        builder.Services.AddValidatedOptions<RabbitMqOptions>(builder.Configuration, RabbitMqOptions.Section);
        builder.Services.AddHealthAction("masstransit-bus", "Start RabbitMQ, restore the way to it, or end its memory or disk alarm. Confirms work, and requests wait in the database.");
        builder.Services.Configure<MassTransitHostOptions>(host => host.StopTimeout = RunningWork);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = RunningWork + TimeSpan.FromSeconds(10));
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry(); // otherwise it reports to MassTransit's maker some minutes after the start
            bus.AddMessageMetrics();
            bus.ReportUnhandledMessages();
            consumers(bus);
            bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                    QuorumQueue.Configure(rabbit, name, context.GetRequiredService<IOptions<RabbitMqOptions>>().Value.DeliveryLimit);
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
                rabbit.Connect(options);
                rabbit.SendTopology.ConfigureErrorSettings = QuorumQueue.Bound;
                rabbit.SendTopology.ConfigureDeadLetterSettings = QuorumQueue.Bound;

                // Mandatory makes the publish fail if no queue accepts the message; otherwise the broker would confirm and drop it.
                rabbit.ConfigurePublish(publish => publish.UseExecute(sent =>
                {
                    if (sent.TryGetPayload(out RabbitMqSendContext? message)) message.Mandatory = true;
                }));
                publishing(rabbit, options);
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder;
    }
}
