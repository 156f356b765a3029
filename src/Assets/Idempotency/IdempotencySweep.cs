using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Idempotency;

/// <summary>Removes the records whose keys are forgotten.</summary>
public sealed class IdempotencySweep(AssetDbContext db, IOptions<IdempotencyOptions> options, TimeProvider time) : ISweep
{
    /// <summary>Seconds between two runs: an hour.</summary>
    internal const int IntervalSeconds = 3_600;

    public Task RunAsync(CancellationToken cancellationToken)
    {
        var cutoff = options.Value.Cutoff(time.GetUtcNow());
        return db.IdempotencyRecords.Where(r => r.CreatedAt <= cutoff).ExecuteDeleteAsync(cancellationToken);
    }
}
