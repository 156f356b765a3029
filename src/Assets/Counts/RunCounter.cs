using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Counts;

/// <summary>Counts the runs of all tenants, with the assets of those that are not over. No number names a run or a tenant.</summary>
internal static class RunCounter
{
    public const string Other = "other";

    public static async Task<IReadOnlyList<RunWork>> CountAsync(AssetDbContext db, CancellationToken cancellationToken)
    {
        var runs = await db.Runs.AsNoTracking().OrderByDescending(r => r.Id).Take(OperationalCounts.Most)
            .Select(r => new Row(r.Id, r.Kind, r.State, r.WaitingFor, r.Planned, r.Fed)).ToListAsync(cancellationToken);
        var active = runs.Where(IsActive).Select(r => r.Id).ToList();
        var failed = active.Count == 0
            ? []
            : await db.RunCounts.Where(c => active.Contains(c.RunId) && c.Result == RunResult.Failed).GroupBy(c => c.RunId)
                .Select(same => new { same.Key, Sum = same.Sum(c => c.Count) }).ToDictionaryAsync(same => same.Key, same => same.Sum, cancellationToken);
        return [.. runs.GroupBy(r => (Kind: Word(r.Kind, RunKind.IsKnown(r.Kind)), State: Word(r.State, RunState.All.Contains(r.State)))).Select(same => WorkOf(same.Key.Kind, same.Key.State, [.. same]))];

        RunWork WorkOf(string kind, string state, IReadOnlyList<Row> same)
        {
            var going = same.Where(IsActive).ToList();
            return new RunWork(
                kind, state, same.Count, going.Sum(r => (long)r.Planned), going.Sum(r => (long)r.Fed), going.Sum(r => (long)failed.GetValueOrDefault(r.Id)),
                going.Where(r => r.State == RunState.Running && r.WaitingFor is not null)
                    .CountBy(r => Word(r.WaitingFor!, RunWait.All.Contains(r.WaitingFor!)), StringComparer.Ordinal)
                    .ToDictionary(wait => wait.Key, wait => wait.Value, StringComparer.Ordinal));
        }
    }

    private static bool IsActive(Row run) => run.State is RunState.Running or RunState.Paused;

    // A newer version may know more words; the labels stay a fixed set.
    private static string Word(string word, bool isKnown) => isKnown ? word : Other;

    private sealed record Row(Guid Id, string Kind, string State, string? WaitingFor, int Planned, int Fed);
}
