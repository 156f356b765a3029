using Pipeline.Chaos;
using Pipeline.Operations.Drill;
using Pipeline.TestKit;

namespace Pipeline.Operations.Upgrade;

/// <summary>Two APIs and two workers are replaced one by one by another version and back, on one database and one bus, while people upload.</summary>
/// <param name="old">The folder with the programs of the last release: its checkout.</param>
internal sealed class RollingRun(Checks checks, string old, int confirmsOfStep, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // Without it a slow machine takes more than two workers process, and each step waits for a longer queue.
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly List<ServerProcess> _apis = [];
    private readonly List<ServerProcess> _workers = [];
    private readonly Balancer _balancer = new();

    public async Task RunAsync()
    {
        await using var world = await World.CreateAsync();
        Version before = new("old", Program("UploadApi"), Program("Processor")), now = new("new", AppContext.BaseDirectory, AppContext.BaseDirectory);
        await checks.MustAsync("two APIs and two workers of the last release start", async () =>
        {
            for (var i = 0; i < 2; i++)
            {
                _apis.Add(await world.StartApiOfAsync(before.Api, World.WholeShare));
                _balancer.Add(_apis[^1].Address);
                _workers.Add(await world.StartWorkerOfAsync(before.Worker));
            }

            return 0;
        });
        await using var crowd = Crowd.Start(people: 3, () => world.Client(Balancer.Address, _balancer), erase: false, Breath);
        await StepAsync(crowd, world, "both of the last release");

        // APIs first, as docs/operations.md says; and the reverse on the way back and the second time.
        await ReplaceApisAsync(world, now);
        await StepAsync(crowd, world, "new APIs beside old workers");
        await ReplaceWorkersAsync(world, now);
        await StepAsync(crowd, world, "all new");
        await ReplaceApisAsync(world, before);
        await StepAsync(crowd, world, "downgrade: old APIs, on the new tables, beside new workers");
        await ReplaceWorkersAsync(world, before);
        await StepAsync(crowd, world, "downgrade: all of the last release, on the new tables");
        await ReplaceWorkersAsync(world, now);
        await StepAsync(crowd, world, "old APIs beside new workers");
        await ReplaceApisAsync(world, now);
        await StepAsync(crowd, world, "all new again");

        await crowd.EndAsync();
        var uploads = crowd.Uploads;
        checks.That(crowd.Refusals.Count == 0 && _balancer.Faults.Count == 0, $"0 of {uploads.Count} confirms and their requests failed{Such(crowd.Refusals.Concat(_balancer.Faults))}");
        var audit = new DrillAudit(world, cancellationToken);
        IReadOnlyList<string> lost = [];
        try
        {
            await World.Slowly(async () => (lost = await audit.NotWholeAsync(uploads)).Count == 0, "all are ready", Patience);
        }
        catch (TimeoutException)
        {
            // The check says what is missing.
        }

        checks.That(lost.Count == 0, $"0 of {uploads.Count} confirmed assets are lost{Such(lost)}");
        var filled = await Queues.FilledAsync();
        checks.That(!filled.Any(queue => queue.Contains("_error", StringComparison.Ordinal) || queue.Contains("_skipped", StringComparison.Ordinal)), $"no message became a dead letter{Such(filled)}");
        _balancer.Dispose();
    }

    private string Program(string project) => Path.Combine(old, "src", project, "bin", "Release", "net10.0");

    // The new one first, so that there are always two.
    private async Task ReplaceApisAsync(World world, Version version)
    {
        foreach (var leaving in _apis.ToArray())
        {
            var next = await world.StartApiOfAsync(version.Api, World.WholeShare);
            _apis.Add(next);
            _balancer.Add(next.Address);
            await _balancer.RemoveAsync(leaving.Address);
            _apis.Remove(leaving);
            await world.StopAsync(leaving);
        }
    }

    private async Task ReplaceWorkersAsync(World world, Version version)
    {
        foreach (var leaving in _workers.ToArray())
        {
            _workers.Add(await world.StartWorkerOfAsync(version.Worker));
            _workers.Remove(leaving);
            await world.StopAsync(leaving);
        }
    }

    // Some uploads begin and become ready under each pair of versions.
    private async Task StepAsync(Crowd crowd, World world, string pair)
    {
        var (confirmed, begun) = (crowd.Uploads.Count, TimeProvider.System.GetUtcNow());
        await checks.MustAsync($"{pair}: uploads become ready", async () =>
        {
            await World.Slowly(() => Task.FromResult(crowd.Uploads.Count >= confirmed + confirmsOfStep), $"{confirmsOfStep} more are confirmed", Patience);
            var since = crowd.Uploads.Where(upload => upload.At > begun).Select(upload => upload.Id).ToList();
            var list = string.Join(',', since.Select(id => $"'{id}'"));
            await World.Slowly(async () => await world.Database.CountAsync($""" "Id" IN ({list}) AND "Status" = 'Ready' """, cancellationToken) >= since.Count * 3 / 4, "most of them are ready", Patience);
            return 0;
        });
    }

    private static string Such(IEnumerable<string> bad) => bad.Any() ? $"; such as {string.Join("; ", bad.Take(3))}" : "";

    private sealed record Version(string Name, string Api, string Worker);
}
