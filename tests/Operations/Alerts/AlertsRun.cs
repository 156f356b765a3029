using System.Diagnostics;
using Pipeline.Chaos;
using Pipeline.TestKit;

namespace Pipeline.Operations.Alerts;

/// <summary>Health under load fires nothing; then each part is taken away in turn, and its alert comes and goes.</summary>
internal sealed class AlertsRun(Checks checks, TimeSpan health, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // The API counts the work each 30 s, and some rules look back for minutes.
    private static readonly TimeSpan GoneLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly int _apiPort = FreePort.Take();
    private readonly int _workerPort = FreePort.Take();

    public async Task RunAsync()
    {
        await using var clamd = new AgedClamd(new Uri(Environment.GetEnvironmentVariable("PIPELINE_CLAMD") ?? "tcp://127.0.0.1:3311"));
        await using var world = await World.CreateAsync();
        var worker = await checks.MustAsync("both hosts start", async () =>
        {
            await world.StartApiAsync(World.WholeShare, ("Metrics__Port", $"{_apiPort}"));
            return await StartWorkerAsync(world, clamd);
        });
        await using var monitoring = await checks.MustAsync("Prometheus scrapes both hosts", () => Monitoring.StartAsync(new Uri($"http://localhost:{_apiPort}"), new Uri($"http://localhost:{_workerPort}")));
        await QuietAsync(world, monitoring);
        await FaultAsync(monitoring, "RabbitMQ stops", "PipelineBusDown", () => Service.Broker.RunAsync("stop"), () => Service.Broker.RunAsync("start"));
        await FaultAsync(monitoring, "PostgreSQL stops", "PipelineDatabaseDown", () => Service.Database.RunAsync("stop"), () => Service.Database.RunAsync("start"));
        await FaultAsync(monitoring, "the store's gateway dies", "PipelineStoreDown", () => Service.Store.RunAsync("kill"), () => Service.Store.RunAsync("start"));
        await FaultAsync(monitoring, "clamd stops", "PipelineScannerDown", () => Service.Scanner.RunAsync("stop"), () => Service.Scanner.RunAsync("start"));
        await FaultAsync(monitoring, "freshclam stops, and the signatures are three days old", "PipelineSignaturesOld", () => Aged(clamd, TimeSpan.FromDays(3)), () => Aged(clamd, TimeSpan.Zero));
        await FaultAsync(monitoring, "the worker dies", "PipelineHostDown", async () =>
        {
            await world.KillWorkerAsync(worker);
            return "";
        }, async () =>
        {
            await StartWorkerAsync(world, clamd);
            return "";
        });
    }

    private Task<ServerProcess> StartWorkerAsync(World world, AgedClamd clamd) => world.StartWorkerAsync(("Metrics__Port", $"{_workerPort}"), ("Processor__Clamd__Address", clamd.Address));

    private static Task<string> Aged(AgedClamd clamd, TimeSpan age)
    {
        clamd.Age = age;
        return Task.FromResult("");
    }

    private async Task QuietAsync(World world, Monitoring monitoring)
    {
        var fired = new HashSet<string>(StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        await using var crowd = Crowd.Start(people: 2, () => world.Client(), erase: true);
        while (watch.Elapsed < health)
        {
            fired.UnionWith(await monitoring.FiringAsync());
            await Task.Delay(Look, cancellationToken);
        }

        await crowd.EndAsync();
        checks.That(fired.Count == 0 && crowd.Uploads.Count > 0, $"{health.TotalMinutes:0.#} minutes of health and {crowd.Uploads.Count} uploads fire nothing{(fired.Count > 0 ? $": {string.Join(", ", fired)}" : "")}");
    }

    private async Task FaultAsync(Monitoring monitoring, string fault, string alert, Func<Task<string>> begin, Func<Task<string>> end)
    {
        try
        {
            if ((await monitoring.FiringAsync()).Contains(alert)) throw new OperationException($"{alert} fires before {fault}");
            var fired = Stopwatch.StartNew();
            await begin();
            var came = await WaitAsync(monitoring, alert, isThere: true, Limit);
            var others = (await monitoring.FiringAsync()).Where(other => other != alert).ToList();
            checks.That(came, $"{fault} → {alert} after {fired.Elapsed.TotalSeconds:0} s{(others.Count > 0 ? $" (with {string.Join(", ", others)})" : "")}");
        }
        finally
        {
            await end();
        }

        var gone = Stopwatch.StartNew();
        checks.That(await WaitAsync(monitoring, alert, isThere: false, GoneLimit), $"… and {alert} is gone {gone.Elapsed.TotalSeconds:0} s after the return");
    }

    private async Task<bool> WaitAsync(Monitoring monitoring, string alert, bool isThere, TimeSpan limit)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < limit; await Task.Delay(Look, cancellationToken))
            if ((await monitoring.FiringAsync()).Contains(alert) == isThere) return true;
        return false;
    }
}
