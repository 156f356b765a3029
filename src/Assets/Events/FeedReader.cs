using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Events;

/// <summary>How far a reader of the feed has got, over all instances.</summary>
public sealed class FeedReader
{
    public const string Bus = "bus";
    public const string Webhooks = "webhooks";
    public const string Activity = "activity";

    internal static readonly string[] Names = [Bus, Webhooks, Activity];

    public required string Name { get; init; }

    /// <summary>The <see cref="AssetEvent.Position"/> of the last event that was delivered.</summary>
    public long Position { get; internal set; }

    /// <summary>
    /// Hands the next events to <paramref name="deliver"/> and records them as delivered, in one transaction and in one instance at a time.
    /// If it throws, the same events come again.
    /// </summary>
    /// <returns>How many events were delivered; 0 also while another instance delivers.</returns>
    public static async Task<int> AdvanceAsync(
        AssetDbContext db, string name, int most, Func<IReadOnlyList<AssetEvent>, CancellationToken, Task> deliver, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var reader = await db.FeedReaders.Where(r => r.Name == name).TagWith(AssetStore.ClaimTag).SingleOrDefaultAsync(cancellationToken);
        if (reader is null) return 0;
        var events = await db.Events.AsNoTracking().Where(e => e.Position > reader.Position).OrderBy(e => e.Position).Take(most).ToListAsync(cancellationToken);
        if (events.Count == 0) return 0;
        await deliver(events, cancellationToken);
        reader.Position = events[^1].Position!.Value;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return events.Count;
    }
}
