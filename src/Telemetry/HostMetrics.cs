using System.Diagnostics.Metrics;

namespace Pipeline.Telemetry;

/// <summary>Names the host and its version, so that a graph can show when a release came.</summary>
internal sealed class HostMetrics : IDisposable
{
    private readonly Meter _meter = new("Pipeline.Hosting");

    public HostMetrics(string host, string version) => _meter.CreateObservableGauge(
        "pipeline.host.info",
        () => new Measurement<int>(1, KeyValuePair.Create("host", (object?)host), KeyValuePair.Create("version", (object?)version)),
        description: "Always 1; the labels name the host and its version.");

    public void Dispose() => _meter.Dispose();
}
