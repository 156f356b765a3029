using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Runs;

/// <summary>The counters of runs. They are added to in the transaction of what they count, so after a crash both are there or neither.</summary>
internal static class RunCounts
{
    /// <summary>Adds to the counters, in one order, so that no two transactions wait for each other. Call it last: other transactions wait for the rows.</summary>
    public static async Task AddAsync(AssetDbContext db, IEnumerable<RunCount> counts, CancellationToken cancellationToken)
    {
        var sums = counts
            .GroupBy(c => (c.RunId, c.Minute, c.Result, c.Code))
            .OrderBy(c => c.Key.RunId).ThenBy(c => c.Key.Minute).ThenBy(c => c.Key.Result, StringComparer.Ordinal).ThenBy(c => c.Key.Code, StringComparer.Ordinal)
            .ToList();
        foreach (var same in sums)
        {
            var (run, minute, result, code) = same.Key;
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO run_counts AS known ("RunId", "Minute", "Result", "Code", "Count", "Bytes")
                VALUES ({run}, {minute}, {result}, {code}, {same.Sum(c => c.Count)}, {same.Sum(c => c.Bytes)})
                ON CONFLICT ("RunId", "Minute", "Result", "Code") DO UPDATE SET "Count" = known."Count" + excluded."Count", "Bytes" = known."Bytes" + excluded."Bytes"
                """, cancellationToken);
        }
    }

    /// <summary>The sums of these runs, without those that are in work.</summary>
    public static async Task<ILookup<Guid, RunSum>> ReadAsync(AssetDbContext db, IReadOnlyCollection<Guid> runs, CancellationToken cancellationToken) =>
        (await db.RunCounts.AsNoTracking().Where(c => runs.Contains(c.RunId))
            .GroupBy(c => new { c.RunId, c.Result, c.Code })
            .Select(same => new { same.Key.RunId, Sum = new RunSum(same.Key.Result, same.Key.Code, same.Sum(c => c.Count), same.Sum(c => c.Bytes)) })
            .ToListAsync(cancellationToken))
        .ToLookup(row => row.RunId, row => row.Sum);

    /// <summary>How many assets of the run are in work.</summary>
    public static Task<int> InFlightAsync(AssetDbContext db, Guid run, CancellationToken cancellationToken) =>
        db.RunItems.CountAsync(i => i.RunId == run && i.Outcome == null, cancellationToken);

    public static RunCount Of(Guid run, DateTimeOffset now, string result, string code, int count, long bytes = 0) =>
        new() { RunId = run, Minute = RunCount.MinuteOf(now), Result = result, Code = code, Count = count, Bytes = bytes };
}

/// <summary>How many assets of a run ended with a result and a code.</summary>
public sealed record RunSum(string Result, string Code, int Count, long Bytes);

/// <summary>The counters of a run, added up.</summary>
public sealed record RunTotals(int Done, int Skipped, int Failed, long Bytes, int Found = 0)
{
    public int Ended => Done + Skipped + Failed + Found;

    /// <summary>Failed assets in which a scan found malware.</summary>
    public int Infected { get; init; }

    /// <summary>Assets that a rescan has a verdict on.</summary>
    public int Scanned => Done + Infected;

    /// <summary>Failures that speak against the run: of a rescan, malware is a result and has a brake of its own.</summary>
    public int FaultsOf(string kind) => kind == RunKind.Rescan ? Failed - Infected : Failed;

    public static RunTotals Of(IEnumerable<RunSum> sums)
    {
        var all = sums.ToList();
        return new RunTotals(Sum(RunResult.Done), Sum(RunResult.Skipped), Sum(RunResult.Failed), all.Sum(s => s.Bytes), Sum(RunResult.Found))
        {
            Infected = all.Where(s => s.Result == RunResult.Failed && s.Code == RejectionCode.Infected).Sum(s => s.Count),
        };
        int Sum(string result) => all.Where(s => s.Result == result).Sum(s => s.Count);
    }
}
