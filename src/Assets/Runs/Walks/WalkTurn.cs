using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Runs.Walks;

/// <summary>An instance's turn at one page of a walk.</summary>
public sealed class WalkTurn(AssetDbContext db, Run run, int atMost, Guid owner, TimeProvider time)
{
    /// <summary>Most objects in one page: as many as a store lists in one request.</summary>
    public const int Page = 1_000;

    public Run Run => run;

    /// <summary>Where the page begins; null for the beginning.</summary>
    public string? Position => run.Position;

    /// <summary>Looks at no more objects or rows than this.</summary>
    public int AtMost => atMost;

    /// <summary>
    /// Renews the lease. A page that takes longer than a few seconds asks this before each change of the store: false means that an operator has paused
    /// or ended the run, or that another instance has it. Then stop and return nothing more.
    /// </summary>
    public async Task<bool> GoesOnAsync(CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + RunFeeder.Lease;
        return await db.Runs.Where(r => r.Id == run.Id && r.State == RunState.Running && r.Version == run.Version && r.LeaseOwner == owner)
            .ExecuteUpdateAsync(row => row.SetProperty(r => r.LeaseUntil, until), cancellationToken) == 1;
    }
}
