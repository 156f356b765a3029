using System.Diagnostics;
using Pipeline.Chaos;
using Pipeline.TestKit;

namespace Pipeline.Operations.Alerts;

/// <summary>Makes what neither health nor a lost part shows: infected files, decoders that die, a file that fails for good, and runs of operators.</summary>
internal sealed class Accidents(World world, CancellationToken cancellationToken)
{
    // Each signal hits one that works now.
    private static readonly TimeSpan BetweenSignals = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>For an API that gives up a silent worker's file soon.</summary>
    public static (string Name, string Value)[] Hasty { get; } =
    [
        ("Dispatch__UntakenSeconds", "20"), ("Dispatch__SilenceSeconds", "20"), ("Dispatch__RetryMinSeconds", "1"), ("Dispatch__RetryMaxSeconds", "3"), ("Dispatch__MaxAttempts", "2"),
    ];

    /// <summary>Kills the worker in the middle of its files until one of them has used up its attempts.</summary>
    /// <returns>The worker that works afterwards.</returns>
    public async Task<ServerProcess> RunAsync(ServerProcess worker, Func<Task<ServerProcess>> startWorker)
    {
        using var client = world.Client();
        await client.UploadAsync(cancellationToken, EicarFile.Bytes);
        await HaveAsync("Rejected", () => Task.CompletedTask);
        await KillDecodersAsync(client, worker);
        await client.UploadAsync(12, cancellationToken);
        await HaveAsync("Failed", async () =>
        {
            if (await world.Database.CountAsync(""" "Work" = 'Processing' """, cancellationToken) == 0) return;
            await world.KillWorkerAsync(worker);
            worker = await startWorker();
        });
        await RunsAsync();
        return worker;
    }

    private async Task KillDecodersAsync(Chaos.Client client, ServerProcess worker)
    {
        foreach (var signal in (string[])["SEGV", "KILL"])
        {
            var uploads = client.UploadAsync(8, cancellationToken);
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(5); await Task.Delay(BetweenSignals, cancellationToken))
                if (Decoders(worker.Id) is { Length: > 0 } decoders) await Command.TryAsync(["kill", $"-{signal}", .. decoders]);
            await uploads;
        }
    }

    // The children of all its threads.
    private static string[] Decoders(int worker) =>
    [
        .. Directory.EnumerateDirectories($"/proc/{worker}/task").Select(task => Path.Combine(task, "children")).Where(File.Exists)
            .SelectMany(children => File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];

    // An operator's runs: of each kind that needs no other store, one that is cancelled, and one that stays a plan.
    private async Task RunsAsync()
    {
        using var ops = world.Operator();
        await ops.TellAsync(await PlanAsync(ops, "reprocess"), "cancel", cancellationToken);
        foreach (var kind in (string[])["rescan", "reprocess", "retry", "reconcile"])
        {
            var id = await PlanAsync(ops, kind);
            await ops.TellAsync(id, "apply", cancellationToken);
            await World.Slowly(async () => (await ops.ShowAsync(id, cancellationToken))["state"]!.GetValue<string>() is "completed" or "failed", $"the {kind} is over", Patience);
        }

        await PlanAsync(ops, "reprocess");
    }

    private async Task<Guid> PlanAsync(Operator ops, string kind) =>
        (await ops.PlanAsync(kind == "reconcile" ? (object)new { kind } : new { kind, filter = new { all = true } }, cancellationToken))["id"]!.GetValue<Guid>();

    private Task HaveAsync(string status, Func<Task> meanwhile) => World.Slowly(async () =>
    {
        await meanwhile();
        return await world.Database.CountAsync($""" "Status" = '{status}' """, cancellationToken) > 0;
    }, $"a file is {status}", Patience);
}
