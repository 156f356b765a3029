using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Telemetry;

/// <summary>Gives requests and work a trace id while no collector is configured, so that their log lines and error reports share one. It records nothing.</summary>
internal sealed class TraceIds : IHostedService, IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == WorkTrace.SourceName,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
    };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ActivitySource.AddActivityListener(_listener);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();
}
