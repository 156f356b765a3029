using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// One partition of <c>asset_events</c> for each month, and a default partition for times that none of them covers. The functions are part
/// of the schema; they give up instead of waiting for a long transaction, because all inserts would queue behind them.
/// </summary>
internal sealed class PostgresEventPartitions(AssetDbContext db) : IEventPartitions
{
    private const int MonthsAhead = 2;

    /// <inheritdoc />
    public async Task PrepareAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var ahead = 0; ahead <= MonthsAhead; ahead++)
            await db.Database.ExecuteSqlAsync($"SELECT asset_events_add_month({now.ToUniversalTime().AddMonths(ahead)})", cancellationToken);
    }

    /// <inheritdoc />
    public Task DropBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT asset_events_drop_before({time.ToUniversalTime()})", cancellationToken);
}
