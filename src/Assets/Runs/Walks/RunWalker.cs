using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Runs.Walks;

/// <summary>
/// Does one page of a walk and saves it in one transaction: the counters, the findings and the position. The last statement compares the position, the
/// state and the lease, as that of <see cref="RunStep"/> does.
/// </summary>
public sealed class RunWalker(AssetDbContext db, RunWalks walks, TimeProvider time)
{
    /// <summary>Most findings that a run keeps; further ones are counted only.</summary>
    public const int MaxFindings = 100_000;

    /// <summary>The bound of this instance; <see cref="MaxFindings"/> outside of tests.</summary>
    internal int MostFindings { get; init; } = MaxFindings;

    public bool Yields(string kind) => walks.Of(kind)?.Yields ?? true;

    public bool Walks(string kind) => walks.Of(kind) is not null;

    /// <returns>The page; null if another instance or an operator was faster, and then nothing has changed.</returns>
    public async Task<WalkPage?> RunAsync(Run run, int atMost, Guid owner, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var turn = new WalkTurn(db, run, Math.Min(atMost, WalkTurn.Page), owner, time);
        if (!await turn.GoesOnAsync(cancellationToken)) return null;
        var page = await walks.Of(run.Kind)!.NextAsync(turn, cancellationToken);
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.BeforeSharedLocks.Length > 0) await db.Database.ExecuteSqlRawAsync(db.BeforeSharedLocks, cancellationToken);
        if (page.SaveAsync is { } save) await save(cancellationToken);
        var kept = page.Findings.Take(Math.Max(0, MostFindings - run.Findings)).Select((finding, i) => RunFinding.Of(run, run.Findings + i, finding, now)).ToList();
        db.RunFindings.AddRange(kept);
        await db.SaveChangesAsync(cancellationToken);
        var counts = page.Counts.Where(c => c.Count > 0).Select(c => RunCounts.Of(run.Id, now, c.Result, c.Code, c.Count, c.Bytes)).ToList();
        if (counts.Count > 0) await RunCounts.AddAsync(db, counts, cancellationToken);
        if (!await MoveAsync(run, page, kept.Count, owner, now, cancellationToken)) return null;
        await transaction.CommitAsync(cancellationToken);
        return page;
    }

    private async Task<bool> MoveAsync(Run run, WalkPage page, int findings, Guid owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (fed, paced, found) = (run.Fed + page.Looked, RunBrakes.PacedUntil(run, page.Looked, now), run.Findings + findings);
        return await db.Runs
            .Where(r => r.Id == run.Id && r.State == RunState.Running && r.Version == run.Version && r.Position == run.Position && r.Findings == run.Findings && !r.IsFed && r.LeaseOwner == owner)
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(r => r.Position, page.Position)
                    .SetProperty(r => r.Fed, fed)
                    .SetProperty(r => r.IsFed, page.IsEnd)
                    .SetProperty(r => r.Findings, found)
                    .SetProperty(r => r.PacedUntil, paced)
                    .SetProperty(r => r.LeaseUntil, now + RunFeeder.Lease),
                cancellationToken) == 1;
    }
}
