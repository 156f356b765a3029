using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Diagnosis;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Assets.Overview;

/// <summary>Follows what the pipeline needs from count to count: what this host reaches itself, and what only the workers reach.</summary>
internal sealed class DependencyWatch(AssetDbContext db, IReadiness? readiness, DateTimeOffset now)
{
    // The name that MassTransit gives its check.
    private const string BusPart = "masstransit-bus";

    private const string ScannerCheck = "scanner";

    // Counts come each 30 s.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);

    /// <summary>The states now; each keeps its beginning while its status stays.</summary>
    public async Task<IReadOnlyList<DependencyState>> ReadAsync(OperationalCounts? before, IReadOnlyList<AnnouncedWorker> workers, CancellationToken cancellationToken)
    {
        var known = (before?.Dependencies ?? []).ToDictionary(state => state.Name, StringComparer.Ordinal);
        var parts = readiness is null ? [] : await readiness.PartsAsync(cancellationToken);
        var found = parts.Select(Of).Concat(OfWorkers(workers)).DistinctBy(state => state.Name).Select(KeepBeginning).OrderBy(state => state.Name, StringComparer.Ordinal).ToList();
        await MarkAsync(before, known, found, cancellationToken);
        return found;

        DependencyState KeepBeginning(DependencyState state) =>
            known.TryGetValue(state.Name, out var last) && last.Status == state.Status ? state with { Since = last.Since } : state;
    }

    private DependencyState Of(PartState part) => new(
        part.Name == BusPart ? "bus" : part.Name,
        part.Status switch
        {
            HealthStatus.Healthy => DependencyState.Ok,
            HealthStatus.Degraded => DependencyState.Warn,
            _ => DependencyState.Fail,
        },
        now, part.Reason);

    // The worst of the workers, because each file needs only one of them to wait.
    private IEnumerable<DependencyState> OfWorkers(IReadOnlyList<AnnouncedWorker> workers) => workers
        .SelectMany(worker => AnnouncedFindings.Read(worker.Findings))
        .Where(finding => finding.Check is ScannerCheck or DependencyState.Signatures && finding.Status != AnnouncedFinding.Skipped)
        .GroupBy(finding => finding.Check, StringComparer.Ordinal)
        .Select(same => same.OrderByDescending(Severity).ThenByDescending(finding => finding.AgeSeconds).First())
        .Select(worst => new DependencyState(worst.Check, StatusOf(worst), now, worst.Detail, worst.Fix, worst.AgeSeconds is >= 0 ? worst.AgeSeconds : null));

    private async Task MarkAsync(
        OperationalCounts? before, Dictionary<string, DependencyState> known, IEnumerable<DependencyState> found, CancellationToken cancellationToken)
    {
        var over = found.Where(state => state.Status != DependencyState.Fail && known.GetValueOrDefault(state.Name)?.Status == DependencyState.Fail)
            .Select(state => new ActivityMark { Kind = ActivityMark.Outage, Subject = state.Name, At = known[state.Name].Since, Until = now });
        if (before is not null && now - before.At > Silence) over = over.Append(new ActivityMark { Kind = ActivityMark.Unmeasured, Subject = "", At = before.At, Until = now });

        // An instance that died after the mark and before the counts leaves both to the next one.
        foreach (var mark in over.ToList())
            if (!await db.ActivityMarks.AnyAsync(m => m.Kind == mark.Kind && m.Subject == mark.Subject && m.At == mark.At, cancellationToken))
                db.ActivityMarks.Add(mark);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    private static int Severity(AnnouncedFinding finding) => StatusOf(finding) switch { DependencyState.Fail => 2, DependencyState.Warn => 1, _ => 0 };

    // A word that this version does not know is not ok.
    private static string StatusOf(AnnouncedFinding finding) => finding.Status switch
    {
        AnnouncedFinding.Ok => DependencyState.Ok,
        AnnouncedFinding.Warn => DependencyState.Warn,
        _ => DependencyState.Fail,
    };
}
