using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.UploadApi.Live;

/// <summary>Whether a stream has anything left to show.</summary>
/// <param name="IsOver">Everything is final, and its last event is among those that were read.</param>
/// <param name="Newest">Sequence of the newest event of the asset; an older event that still follows is not the end.</param>
internal readonly record struct StreamEnd(bool IsOver, int Newest);

/// <summary>Where a client resumes.</summary>
/// <param name="Position">All events after this place follow.</param>
/// <param name="Last">The event there; null if the client had none yet.</param>
internal sealed record ResumePoint(long Position, AssetEvent? Last);

/// <summary>What streams read of past events.</summary>
internal sealed class StreamReads(AssetDbContext db, EventDocuments documents, IOptions<EventOptions> options, TimeProvider time)
{
    /// <summary>Most events in one page.</summary>
    public const int PageSize = 200;

    private DateTimeOffset Oldest => time.GetUtcNow().AddDays(-options.Value.KeepDays);

    /// <summary>Whether the asset or batch is the caller's.</summary>
    public async Task<bool> ExistsAsync(Caller caller, StreamScope scope, CancellationToken cancellationToken)
    {
        var id = scope.Id;
        return scope.IsAsset ? await db.Assets.Of(caller).AnyAsync(a => a.Id == id, cancellationToken)
            : !scope.IsBatch || await db.Batches.Of(caller).AnyAsync(b => b.Id == id, cancellationToken);
    }

    /// <summary>Where a client resumes with this id; null if there is none, or if it is too old.</summary>
    public async Task<ResumePoint?> FindAsync(Caller caller, string text, CancellationToken cancellationToken)
    {
        if (!EventId.TryParse(text, out var id)) return null;
        var oldest = Oldest;
        if (!id.IsStart) return await id.FindAsync(db, caller, cancellationToken) is { Position: { } position } found && found.At >= oldest ? new ResumePoint(position, found) : null;
        if (id.StartedAt < oldest) return null;

        // The caller had no event of the last days then.
        var before = await StreamScope.Own.Of(db.Events.AsNoTracking(), caller)
            .Where(e => e.Position > 0 && e.At < oldest)
            .OrderByDescending(e => e.Position)
            .Select(e => e.Position)
            .FirstOrDefaultAsync(cancellationToken);
        return new ResumePoint(before ?? AssetEvent.NotDelivered, Last: null);
    }

    /// <summary>The events of a scope between two places, the oldest first.</summary>
    /// <param name="caller">The owner.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="after">The place of the last event that was read.</param>
    /// <param name="upTo">The last place to read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<EventDocument>> PageAsync(Caller caller, StreamScope scope, long after, long upTo, CancellationToken cancellationToken)
    {
        var query = scope.Of(db.Events.AsNoTracking(), caller);
        if (scope.IsBatch)
        {
            // The events are indexed by their subject, not by the batch.
            var id = scope.Id;
            List<Guid> subjects = [id, .. await db.Assets.Of(caller).Where(a => a.BatchId == id).Select(a => a.Id).ToListAsync(cancellationToken)];
            query = query.Where(e => subjects.Contains(e.AssetId));
        }

        var events = await query
            .Where(e => e.Position > after && e.Position <= upTo)
            .OrderBy(e => e.Position)
            .Take(PageSize)
            .ToListAsync(cancellationToken);
        return events.Count == 0 ? [] : await documents.OfAsync(events, cancellationToken);
    }

    /// <summary>The public ids of the last events of these assets or batches up to a place, and the last of them all.</summary>
    public async Task<(IReadOnlyDictionary<Guid, string> BySubject, string? Last)> LastEventsAsync(
        IReadOnlyCollection<Guid> subjects, long upTo, CancellationToken cancellationToken)
    {
        var oldest = Oldest;
        var last = await db.Events
            .Where(e => subjects.Contains(e.AssetId) && e.Position > 0 && e.Position <= upTo && e.At >= oldest)
            .GroupBy(e => e.AssetId)
            .Select(g => new { Subject = g.Key, Sequence = g.Max(e => e.Sequence), Position = g.Max(e => e.Position) })
            .ToListAsync(cancellationToken);
        var ids = last.ToDictionary(e => e.Subject, e => new EventId(e.Subject, e.Sequence).ToString());
        return (ids, last.MaxBy(e => e.Position) is { } newest ? ids[newest.Subject] : null);
    }

    /// <summary>The public id of the caller's last event up to a place; null if there is none.</summary>
    public async Task<string?> LastEventAsync(Caller caller, long upTo, CancellationToken cancellationToken)
    {
        var oldest = Oldest;
        var last = await StreamScope.Own.Of(db.Events.AsNoTracking(), caller)
            .Where(e => e.Position <= upTo && e.At >= oldest)
            .OrderByDescending(e => e.Position)
            .FirstOrDefaultAsync(cancellationToken);
        return last is null ? null : EventId.Of(last).ToString();
    }

    /// <summary>Whether anything follows in the scope by itself after the events up to a place.</summary>
    public async Task<StreamEnd> EndAsync(Caller caller, StreamScope scope, long upTo, CancellationToken cancellationToken)
    {
        if (!scope.IsAsset && !scope.IsBatch) return new StreamEnd(IsOver: false, Newest: 0);
        var isFinal = await IsFinalAsync(caller, scope, cancellationToken) is true;

        // The last event may have no number yet. Then it follows.
        var (id, isAsset) = (scope.Id, scope.IsAsset);
        var last = await db.Events.Where(e => e.AssetId == id && (e.Position == null || e.Position > 0))
            .OrderByDescending(e => e.Sequence).Select(e => new { e.Sequence, e.Position }).FirstOrDefaultAsync(cancellationToken);
        return new StreamEnd(isFinal && (last is null || last.Position <= upTo), isAsset ? last?.Sequence ?? 0 : 0);
    }

    /// <summary>Whether the asset is final without work in flight, or the batch is completed; null if the caller has none with this id.</summary>
    public async Task<bool?> IsFinalAsync(Caller caller, StreamScope scope, CancellationToken cancellationToken)
    {
        var id = scope.Id;
        if (scope.IsBatch) return await db.Batches.Of(caller).Where(b => b.Id == id).Select(b => (bool?)(b.CompletedAt != null)).SingleOrDefaultAsync(cancellationToken);
        var asset = await db.Assets.Of(caller).Where(a => a.Id == id).Select(a => new { a.Status, a.Work }).SingleOrDefaultAsync(cancellationToken);
        return asset is null ? null : asset.Status.IsFinal() && asset.Work == WorkState.Idle;
    }
}
