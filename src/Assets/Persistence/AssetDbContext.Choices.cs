using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Persistence;

/// <summary>The assets that runs name by id.</summary>
public partial class AssetDbContext
{
    public DbSet<RunChoice> RunChoices => Set<RunChoice>();

    /// <summary>Stores the assets that a run names by id, in the surrounding transaction if there is one.</summary>
    public virtual async Task AddChoicesAsync(Guid runId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        foreach (var part in ids.Chunk(1_000))
        {
            ChangeTracker.Clear();
            RunChoices.AddRange(part.Select(id => new RunChoice { RunId = runId, AssetId = id }));
            await SaveChangesAsync(cancellationToken);
        }

        ChangeTracker.Clear();
    }
}
