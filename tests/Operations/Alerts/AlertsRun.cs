using System.Diagnostics;
using Pipeline.Chaos;
using Pipeline.TestKit;

namespace Pipeline.Operations.Alerts;

/// <summary>Health under load fires nothing; then each part is taken away in turn, and its alert comes and goes.</summary>
internal sealed class AlertsRun(Checks checks, TimeSpan health, CancellationToken cancellationToken)
{
    private const int Starts = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // The API counts the work each 30 s, and some rules look back for minutes.
    private static readonly TimeSpan GoneLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Counted = TimeSpan.FromSeconds(45);

    private readonly int _apiPort = FreePort.Take();
    private readonly int _workerPort = FreePort.Take();

    public async Task RunAsync()
    {
        await Promtool.RulesAsync(checks);
        await using var clamd = new AgedClamd(new Uri(Environment.GetEnvironmentVariable("PIPELINE_CLAMD") ?? "tcp://127.0.0.1:3311"));
        await using var world = await World.CreateAsync();
        var worker = await checks.MustAsync("both hosts start", async () =>
        {
            await world.StartApiAsync(World.WholeShare, ("Metrics__Port", $"{_apiPort}"));
            return await StartWorkerAsync(world, clamd);
        });
        await using var monitoring = await checks.MustAsync("Prometheus scrapes both hosts", () => Monitoring.StartAsync(new Uri($"http://localhost:{_apiPort}"), new Uri($"http://localhost:{_workerPort}")));
        var since = TimeProvider.System.GetUtcNow();
        await QuietAsync(world, monitoring);
        await using (Crowd.Start(people: 1, () => world.Client(), erase: false, Breath)) worker = await FaultsAsync(world, monitoring, clamd, worker);
        await checks.MustAsync("infected files, dying decoders, a file that fails for good, and runs of operators", async () =>
        {
            await world.KillApiAsync();
            await world.StartApiAsync([World.WholeShare, ("Metrics__Port", $"{_apiPort}"), .. Accidents.Hasty]);
            worker = await new Accidents(world, cancellationToken).RunAsync(worker, () => StartWorkerAsync(world, clamd));
            await Task.Delay(Counted, cancellationToken);
            return 0;
        });
        await Promtool.MetricsAsync(checks, "API", new Uri($"http://localhost:{_apiPort}/metrics"));
        await Promtool.MetricsAsync(checks, "worker", new Uri($"http://localhost:{_workerPort}/metrics"));
        var shown = new Shown(monitoring, since);
        foreach (var (what, missing) in new[] { ("rules", await shown.MissingInRulesAsync()), ("dashboard", await shown.MissingInDashboardAsync()), ("page", await shown.MissingInPageAsync()) })
            checks.That(missing.Count == 0, $"the run showed each metric, label and value that the {what} {(what == "rules" ? "name" : "names")}{(missing.Count > 0 ? $", but not {string.Join(", ", missing)}" : "")}");
    }

    private async Task<ServerProcess> FaultsAsync(World world, Monitoring monitoring, AgedClamd clamd, ServerProcess worker)
    {
        await FaultAsync(monitoring, "RabbitMQ dies", "PipelineBusDown", () => Service.Broker.RunAsync("kill"), () => ReturnAsync(Service.Broker));
        await FaultAsync(monitoring, "PostgreSQL stops", "PipelineDatabaseDown", () => Service.Database.RunAsync("stop"), () => ReturnAsync(Service.Database));
        await FaultAsync(monitoring, "the store's gateway dies", "PipelineStoreDown", () => Service.Store.RunAsync("kill"), () => ReturnAsync(Service.Store));
        await FaultAsync(monitoring, "clamd dies", "PipelineScannerDown", () => Service.Scanner.RunAsync("kill"), () => ReturnAsync(Service.Scanner));
        await FaultAsync(monitoring, "freshclam stops, and the signatures are three days old", "PipelineSignaturesOld", () => Aged(clamd, TimeSpan.FromDays(3)), () => Aged(clamd, TimeSpan.Zero));
        await FaultAsync(monitoring, "the worker dies", "PipelineHostDown", async () =>
        {
            await world.KillWorkerAsync(worker);
            return "";
        }, async () =>
        {
            worker = await StartWorkerAsync(world, clamd);
            return "";
        });
        return worker;
    }

    private Task<ServerProcess> StartWorkerAsync(World world, AgedClamd clamd) => world.StartWorkerAsync(("Metrics__Port", $"{_workerPort}"), ("Processor__Clamd__Address", clamd.Address));

    // A service gives up its own start after a minute, which a busy machine may not keep.
    private static async Task<string> ReturnAsync(Service service)
    {
        for (var left = Starts; ; left--)
        {
            try
            {
                return await service.RunAsync("start");
            }
            catch (InvalidOperationException) when (left > 1)
            {
                // Once more.
            }
        }
    }

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
