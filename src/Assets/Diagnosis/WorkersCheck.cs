using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Diagnosis;

/// <summary>Shows what the workers found when they checked themselves. Only they reach the scanner and have the worker's keys.</summary>
internal sealed class WorkersCheck(AssetDbContext db, TimeProvider time) : IDiagnosticCheck
{
    public string Name => "workers";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now - WorkerCapacity.Heard;
        var workers = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= since).OrderBy(w => w.Id).ToListAsync(cancellationToken);
        if (workers.Count == 0)
            return [Finding.Fail(Name, $"No worker announced itself within {WorkerCapacity.Heard.TotalMinutes:0} minutes, so nothing is processed.", "Start a worker, and check that it reaches RabbitMQ: its /health/ready says so.")];
        return [Finding.Ok(Name, $"{workers.Count} announced themselves."), .. workers.SelectMany(worker => FindingsOf(worker, now))];
    }

    private static IEnumerable<Finding> FindingsOf(AnnouncedWorker worker, DateTimeOffset now)
    {
        var name = $"worker {worker.Id.ToString("N")[..8]}";
        var found = AnnouncedFindings.Read(worker.Findings);
        if (found.Count == 0)
        {
            yield return Finding.Skipped(name, "Not checked from here: this worker has announced no findings. Workers of earlier versions never do, others within minutes of their start.");
            yield break;
        }

        foreach (var finding in found)
            yield return new Finding($"{name}: {finding.Check}", StatusOf(finding), $"{finding.Detail} ({(now - worker.HeardAt).TotalSeconds:0} s ago)", finding.Fix);
    }

    // A word that this version does not know is not ok.
    private static FindingStatus StatusOf(AnnouncedFinding finding) => finding.Status switch
    {
        AnnouncedFinding.Ok => FindingStatus.Ok,
        AnnouncedFinding.Skipped => FindingStatus.Skipped,
        AnnouncedFinding.Warn => FindingStatus.Warn,
        _ => FindingStatus.Fail,
    };
}
