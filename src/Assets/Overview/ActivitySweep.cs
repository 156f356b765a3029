using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Overview;

/// <summary>
/// Counts arrivals and outcomes from the feed of events, each once: the place in the feed and the counts are saved in one transaction, by one
/// instance at a time. The cost depends on the new events only.
/// </summary>
public sealed class ActivitySweep(AssetDbContext db) : ISweep
{
    /// <summary>Most events in one transaction.</summary>
    internal const int Most = 2_000;

    /// <summary>Events of the past that an installation counts which had no counts before.</summary>
    internal const int MostAtFirst = 50_000;

    private static readonly Dictionary<AssetEventKind, string> Kinds = new()
    {
        [AssetEventKind.Confirmed] = ActivityKind.Arrived,
        [AssetEventKind.Ready] = ActivityKind.Ready,
        [AssetEventKind.Rejected] = ActivityKind.Rejected,
        [AssetEventKind.Failed] = ActivityKind.Failed,
    };

    private long _rows;

    /// <inheritdoc />
    public long? Rows => _rows;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await AdvanceAsync(cancellationToken) == Most)
        {
            // More events may be waiting.
        }
    }

    private async Task<int> AdvanceAsync(CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var after = await db.FeedReaders.AsNoTracking().Where(r => r.Name == FeedReader.Activity).Select(r => (long?)r.Position).SingleOrDefaultAsync(cancellationToken);
        if (after is null || !await db.Events.AnyAsync(e => e.Position > after, cancellationToken)) return 0;

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var reader = await db.FeedReaders.Where(r => r.Name == FeedReader.Activity).TagWith(AssetStore.ClaimTag).SingleOrDefaultAsync(cancellationToken);
        if (reader is null) return 0;
        var from = reader.Position > 0 ? reader.Position : Math.Max(0, await db.EventCounters.Select(c => c.Last).SingleAsync(cancellationToken) - MostAtFirst);
        var events = await db.Events.AsNoTracking()
            .Where(e => e.Position > from)
            .OrderBy(e => e.Position)
            .Take(Most)
            .Select(e => new { e.Position, e.At, e.Kind, Data = e.Kind == AssetEventKind.Ready ? e.Data : null })
            .ToListAsync(cancellationToken);
        if (events.Count == 0) return 0;
        await ActivityStore.AddAsync(db, events.Where(e => Kinds.ContainsKey(e.Kind)).Select(e => (Kinds[e.Kind], e.At)), cancellationToken);
        await MarkEnginesAsync([.. events.Where(e => e.Data is not null).Select(e => (EngineOf(e.Data), e.At))], cancellationToken);
        reader.Position = events[^1].Position!.Value;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _rows += events.Count;
        return events.Count;
    }

    private async Task MarkEnginesAsync(IReadOnlyList<(string? Engine, DateTimeOffset At)> results, CancellationToken cancellationToken)
    {
        var seen = results.Where(one => one.Engine is not null).GroupBy(one => one.Engine!, StringComparer.Ordinal).ToDictionary(one => one.Key, one => one.Min(result => result.At), StringComparer.Ordinal);
        if (seen.Count == 0) return;
        var names = seen.Keys.ToList();
        var known = await db.ActivityMarks.Where(m => m.Kind == ActivityMark.Engine && names.Contains(m.Subject)).Select(m => m.Subject).ToListAsync(cancellationToken);
        db.ActivityMarks.AddRange(seen.Where(one => !known.Contains(one.Key)).Select(one => new ActivityMark { Kind = ActivityMark.Engine, Subject = one.Key, At = one.Value }));
    }

    private static string? EngineOf(string? data) =>
        EventData.Parse(AssetEventKind.Ready, data) is ReadyData { Engine: { Length: > 0 and <= ActivityMark.MaxSubject } engine } ? engine : null;
}
