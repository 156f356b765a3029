using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Pipeline.Hosting;

namespace Pipeline.Telemetry;

/// <summary>
/// Asks for the readiness regularly, so that a scrape reads the state of each part and asks no dependency. It shares the answers of
/// <c>/health/ready</c>.
/// </summary>
internal sealed class HealthMetrics : BackgroundService
{
    public const string MeterName = "Pipeline.Health";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, HealthStatus> _parts = new(StringComparer.Ordinal);
    private readonly Meter _meter = new(MeterName);
    private readonly IServiceProvider _services;
    private readonly IHostApplicationLifetime _host;
    private readonly TimeProvider _time;

    public HealthMetrics(IServiceProvider services, IHostApplicationLifetime host, TimeProvider time)
    {
        (_services, _host, _time) = (services, host, time);
        _meter.CreateObservableGauge("pipeline.health.part", Observe, description: "State of a part as /health/ready reports it: 1 healthy, 0.5 degraded, 0 unhealthy.");
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken);

            // Not earlier: it creates the checks, and with them the bus, which only a valid configuration can.
            var readiness = _services.GetRequiredService<Readiness>();
            while (true)
            {
                foreach (var (name, entry) in (await readiness.AskAsync(stoppingToken)).Entries) _parts[name] = entry.Status;
                await Task.Delay(Interval, _time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _host.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
    }

    private IEnumerable<Measurement<double>> Observe() => _parts.Select(part => new Measurement<double>(Value(part.Value), KeyValuePair.Create("part", (object?)part.Key.Replace(' ', '-'))));

    private static double Value(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => 1,
        HealthStatus.Degraded => 0.5,
        _ => 0,
    };
}
