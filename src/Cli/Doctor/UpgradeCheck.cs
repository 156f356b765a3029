using Pipeline.Cli.Operators;

namespace Pipeline.Cli.Doctor;

/// <summary>What must end before another version starts.</summary>
static class UpgradeCheck
{
    private const string Runs = "upgrade runs";
    private const string Queues = "upgrade queues";
    private const string Transactions = "database transactions";
    private const string Migrations = "database migrations";

    // As many as the route gives.
    private const int MostRuns = 200;

    public static async Task<IReadOnlyList<DoctorFinding>> RunAsync(Session session, IReadOnlyList<DoctorFinding> server, CancellationToken cancellationToken) =>
    [
        .. Judge((await session.Runs.ListAsync(MostRuns, cancellationToken)).Value.Items),
        .. Judge((await session.Operators.GetAsync<QueueList>("queues", cancellationToken)).Value.Items),
        .. Judge(server),
    ];

    // A newer version may know more of a kind of run than the version that still runs beside it.
    private static List<DoctorFinding> Judge(RunInfo[] runs)
    {
        var found = runs.Where(run => run.State == "running").Select(run => new DoctorFinding(
            Runs, DoctorFinding.Fail, $"Run {run.Id} ({run.Kind}) is running: {run.Progress.Done + run.Progress.Skipped + run.Progress.Failed} of {run.Progress.Planned}.",
            $"Wait for it with pipeline runs watch {run.Id}, or pause it: pipeline runs pause {run.Id}")).ToList();
        found.AddRange(runs.Where(run => run is { State: "paused", Progress.InFlight: > 0 }).Select(run => new DoctorFinding(
            Runs, DoctorFinding.Fail, $"Run {run.Id} ({run.Kind}) is paused, and {run.Progress.InFlight} of its assets are in work.", "Wait until they have ended: pipeline runs")));
        found.AddRange(runs.Where(run => run.State == "planned").Select(run => new DoctorFinding(
            Runs, DoctorFinding.Warn, $"Plan {run.Id} ({run.Kind}) is not applied, and may not fit the profiles of the new version.", "Plan again after the upgrade.")));
        return found.Count > 0 ? found : [new DoctorFinding(Runs, DoctorFinding.Ok, "None of your tenant is running.")];
    }

    // A message in a queue of dead letters is of an unknown type, or its handler failed: a new version does not read it better.
    private static List<DoctorFinding> Judge(Queue[] queues)
    {
        var found = queues.Where(queue => queue is { DeadLetters: true, Depth: > 0 }).Select(queue => new DoctorFinding(
            Queues, DoctorFinding.Fail, $"{queue.Name} has {queue.Depth} messages that no host could process.",
            queue.Name.EndsWith("_skipped", StringComparison.Ordinal)
                ? "A host of another version sent them. Look at one, end that host, and delete them."
                : $"Give them back to their assets: pipeline queues return {queue.Name}")).ToList();
        found.AddRange(queues.Where(queue => queue is { DeadLetters: false, Depth: > 0, Consumers: 0 }).Select(queue => new DoctorFinding(
            Queues, DoctorFinding.Fail, $"{queue.Name} has {queue.Depth} messages and no reader.", "Start the host that reads it and let it work them off, so that no message is older than the version that reads it.")));
        return found.Count > 0 ? found : [new DoctorFinding(Queues, DoctorFinding.Ok, "No message is left over.")];
    }

    // A long transaction is only a warning on other days, but a migration waits for its locks, and all other statements wait for the migration.
    private static IEnumerable<DoctorFinding> Judge(IReadOnlyList<DoctorFinding> server)
    {
        yield return server.Where(finding => finding.Check == Transactions).Select(finding => finding.Status is DoctorFinding.Ok
            ? new DoctorFinding("upgrade transactions", DoctorFinding.Ok, "None is long enough to hold up a migration.")
            : new DoctorFinding("upgrade transactions", DoctorFinding.Fail, finding.Detail, finding.Fix ?? "End it first: a migration would wait for it, and everybody for the migration."))
            .FirstOrDefault() ?? new DoctorFinding("upgrade transactions", DoctorFinding.Skipped, "The server's database has no sessions of others.");
        yield return server.Where(finding => finding.Check == Migrations).Select(finding => finding.Status switch
        {
            DoctorFinding.Ok => new DoctorFinding("upgrade migrations", DoctorFinding.Ok, finding.Detail),
            DoctorFinding.Warn => new DoctorFinding("upgrade migrations", DoctorFinding.Fail, finding.Detail, "An upgrade has begun already: bring all instances to the newer version before the next one."),
            _ => new DoctorFinding("upgrade migrations", DoctorFinding.Fail, finding.Detail, finding.Fix ?? "Finish the upgrade before."),
        }).FirstOrDefault() ?? new DoctorFinding("upgrade migrations", DoctorFinding.Fail, "The server does not say which migrations the database has.", "Repair what the other checks name, and ask again.");
    }
}
