using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Counts;

/// <summary>Offers the last counts as metrics. Each instance offers the same numbers, so a query takes their maximum and not their sum.</summary>
internal sealed class CountMetrics : IHostedService, IDisposable
{
    private readonly Meter _meter = new("Pipeline.Counts");
    private readonly CurrentCounts _current;

    public CountMetrics(CurrentCounts current)
    {
        _current = current;
        Gauge("pipeline.assets", null, "Assets by status; estimated from the database's statistics above 10000 assets.",
            counts => counts.Assets.Select(status => With(status.Value, ("status", Word(status.Key.ToString())))));
        Gauge("pipeline.queue.requests", null, "Requests by queue and state, up to 10000 of each index.", counts => counts.Queues.SelectMany(Requests));
        Gauge("pipeline.queue.oldest.age", "s", "For how long the oldest due or dispatched request of a queue has waited.",
            counts => counts.Queues.Select(queue => With(queue.OldestSeconds, ("queue", queue.Queue))));
        Gauge("pipeline.due.rows", null, "Rows that are due for a sweep, up to 10000.", counts => Due(counts).Select(due => With(due.Work.Count, ("work", due.Name))));
        Gauge("pipeline.due.oldest.age", "s", "For how long the oldest row has been due for a sweep.", counts => Due(counts).Select(due => With(due.Work.OldestSeconds, ("work", due.Name))));
        Gauge("pipeline.workers", null, "Workers that announced themselves in the last three minutes.", counts => [With(counts.Workers)]);
        Gauge("pipeline.worker.places", null, "Requests that these workers process at once, by kind.",
            counts => [With(counts.UploadPlaces, ("kind", "uploads")), With(counts.ReprocessPlaces, ("kind", "reprocess"))]);
        Gauge("pipeline.runs", null, "Runs by kind and state, up to 10000.", counts => Runs(counts).Select(run => With(run.Count, ("kind", run.Kind), ("state", run.State))));
        Gauge("pipeline.run.assets", null, "Assets of the runs that are running or paused: planned, fed (started or skipped), failed.", counts => Runs(counts).SelectMany(AssetsOf));
        Gauge("pipeline.run.waits", null, "Running runs that start nothing at the moment, by what they wait for.",
            counts => RunWait.All.Append(RunCounter.Other).Select(wait => With(counts.Runs.Sum(run => run.Waiting.GetValueOrDefault(wait)), ("wait", wait))));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string? unit, string description, Func<OperationalCounts, IEnumerable<Measurement<double>>> measure) =>
        _meter.CreateObservableGauge(name, () => _current.Value is { } counts ? measure(counts) : [], unit, description);

    private static IEnumerable<Measurement<double>> Requests(QueueWork queue) =>
    [
        With(queue.Due, ("queue", queue.Queue), ("state", "due")),
        With(queue.Scheduled, ("queue", queue.Queue), ("state", "scheduled")),
        With(queue.Dispatched, ("queue", queue.Queue), ("state", "dispatched")),
        With(queue.Processing, ("queue", queue.Queue), ("state", "processing")),
    ];

    // Runs that are going on are there as 0, too: so that a graph has them, and an alert ends.
    private static IEnumerable<RunWork> Runs(OperationalCounts counts) => counts.Runs.Concat(
        from kind in RunKind.All.Append(RunKind.Rollback)
        from state in (string[])[RunState.Running, RunState.Paused]
        where !counts.Runs.Any(run => run.Kind == kind && run.State == state)
        select new RunWork(kind, state, 0, 0, 0, 0, new Dictionary<string, int>(StringComparer.Ordinal)));

    private static IEnumerable<Measurement<double>> AssetsOf(RunWork run) => run.State is not (RunState.Running or RunState.Paused)
        ? []
        :
        [
            With(run.Planned, ("kind", run.Kind), ("state", run.State), ("progress", "planned")),
            With(run.Fed, ("kind", run.Kind), ("state", run.State), ("progress", "fed")),
            With(run.Failed, ("kind", run.Kind), ("state", run.State), ("progress", "failed")),
        ];

    private static IEnumerable<(string Name, DueWork Work)> Due(OperationalCounts counts) => [("cleanup", counts.Cleanup), ("events", counts.Events), ("webhooks", counts.Webhooks)];

    private static Measurement<double> With(double value, params (string Name, string Value)[] labels) =>
        new(value, labels.Select(label => KeyValuePair.Create(label.Name, (object?)label.Value)));

    private static string Word(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
