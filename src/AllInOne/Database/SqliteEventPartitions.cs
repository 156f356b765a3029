using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.AllInOne.Database;

/// <summary>SQLite has no partitions: the events of a month are deleted in steps, so that other writers do not wait for long.</summary>
internal sealed class SqliteEventPartitions(AssetDbContext db) : IEventPartitions
{
    private const int Step = 1_000;

    public Task PrepareAsync(DateTimeOffset now, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task DropBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var month = new DateTimeOffset(time.Year, time.Month, 1, 0, 0, 0, TimeSpan.Zero);
        while (await db.Events.Where(e => e.At < month).OrderBy(e => e.At).Take(Step).ExecuteDeleteAsync(cancellationToken) == Step)
        {
            // Older events are left.
        }
    }
}
