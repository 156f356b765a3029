using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Processor.Diagnosis;
using Pipeline.Processor.Messaging;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Publishing;
using Pipeline.Processor.Rescanning;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor;

/// <summary>The worker as a module. The host adds the bus, the storage and a scanner.</summary>
public static class ProcessorModule
{
    public static IHostApplicationBuilder AddProcessor(this IHostApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AllowSections(configuration, "Processor", "Messaging", "Work", "Limits", "Profiles", "Decoder", "Clamd");
        services.AddValidatedOptions<MessagingOptions>(configuration, MessagingOptions.Section);
        services.AddValidatedOptions<QuarantineOptions>(configuration, QuarantineOptions.Section);
        services.AddImaging(configuration);
        services.AddOptions<DecoderOptions>().PostConfigure<IOptions<MessagingOptions>>(
            (decoder, runner) => decoder.Children ??= runner.Value.Concurrency + runner.Value.ReprocessConcurrency);
        services.AddSingleton<FetchStep>().AddSingleton<ScanStep>();
        services.AddSingleton<WatermarkStore>().AddSingleton<RenderStep>().AddSingleton<FreezeStep>();
        services.AddSingleton<PublishStep>().AddSingleton<QuarantineStep>();
        services.AddSingleton<AssetProcessor>();
        services.AddSingleton<ProcessingRunner>().AddSingleton<InteractivePriorityGate>();
        services.AddSingleton<BackgroundPlaces>().AddSingleton<Rescan>();
        services.AddWorkerChecks();
        services.AddHostedService<ProfileAnnouncer>();
        return builder;
    }

    /// <summary>Adds the worker's consumers; the host calls this inside its only <c>AddMassTransit</c> call.</summary>
    public static void AddProcessorConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<UploadConfirmedConsumer, UploadConfirmedConsumerDefinition>();
        bus.AddConsumer<ReprocessRequestedConsumer, ReprocessRequestedConsumerDefinition>();
        bus.AddConsumer<SuspectRequestedConsumer, SuspectRequestedConsumerDefinition>();
        bus.AddConsumer<RescanRequestedConsumer, RescanRequestedConsumerDefinition>();
    }
}
