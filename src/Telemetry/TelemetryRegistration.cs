using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pipeline.Hosting;
using Pipeline.Telemetry.Errors;

namespace Pipeline.Telemetry;

/// <summary>Metrics, traces and error reports of a host. Nothing leaves the process unless a setting names the receiver.</summary>
public static class TelemetryRegistration
{
    /// <summary>All meters and sources of this product begin with it.</summary>
    public const string Prefix = "Pipeline.";

    /// <param name="host">Name of the host, such as <c>uploadapi</c>.</param>
    /// <param name="metricsPort">The port of the metrics if the settings name none.</param>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, string host, int metricsPort)
    {
        var (services, version) = (builder.Services, typeof(TelemetryRegistration).Assembly.GetName().Version?.ToString(3) ?? "");
        services.AddValidatedOptions<MetricsOptions>(builder.Configuration, MetricsOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        builder.AddErrorTracking(host, version);
        var collector = Collector.Read(builder.Configuration);
        var served = MetricsPort(builder.Configuration, metricsPort) != 0;
        if (collector is null) services.AddHostedService<TraceIds>();
        if (!served && collector is null) return builder;

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService($"pipeline-{host}", serviceVersion: version));
        services.AddSingleton(_ => new HostMetrics(host, version));
        services.AddSingleton(new DefaultMetricsPort(metricsPort));
        services.AddReadiness().AddHostedService<HealthMetrics>();
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter($"{Prefix}*").AddMeter("System.Runtime").AddInstrumentation(provider => provider.GetRequiredService<HostMetrics>());

            // Constants whose names end like the count of a histogram; `promtool check metrics` reports them.
            foreach (var name in (string[])["dotnet.assembly.count", "dotnet.process.cpu.count", "dotnet.timer.count"]) metrics.AddView(name, MetricStreamConfiguration.Drop);
            if (served) metrics.AddPrometheusExporter(PrometheusFormat.Configure);
            if (collector is not null) metrics.AddOtlpExporter();
        });
        if (collector is not null) telemetry.WithTracing(traces => traces.AddSource($"{Prefix}*").SetSamplerUnlessConfigured(builder.Configuration).AddOtlpExporter());
        if (served) services.AddHostedService<MetricsServer>();
        return builder;
    }

    // Not by the parent: a caller who does not sample its own traces must not switch off ours.
    private static TracerProviderBuilder SetSamplerUnlessConfigured(this TracerProviderBuilder traces, ConfigurationManager configuration) =>
        string.IsNullOrEmpty(configuration["OTEL_TRACES_SAMPLER"]) ? traces.SetSampler(new AlwaysOnSampler()) : traces;

    // A wrong value is reported by the validation of the options; until then it counts as the default.
    private static int MetricsPort(ConfigurationManager configuration, int otherwise) =>
        int.TryParse(configuration[$"{MetricsOptions.Section}:{nameof(MetricsOptions.Port)}"], out var port) ? port : otherwise;
}
