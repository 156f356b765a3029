using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Counts;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Overview;

/// <summary>Makes the overview. Each query ends at a number of rows, whatever the number of assets is.</summary>
public sealed class OverviewReader(AssetDbContext db, CurrentCounts current, FailureGroups failures, WorkersAtWork workers, OverviewProblems problems, TimeProvider time)
{
    private const int Minutes = 60;
    private const int MaxMarks = 50;

    public async Task<OverviewView> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var (now, counts) = (time.GetUtcNow(), current.Value);
        var (hour, day, week) = (
            await ReadAsync(ActivitySpan.Minute, Minutes, now, cancellationToken),
            await ReadAsync(ActivitySpan.Quarter, 96, now, cancellationToken),
            await ReadAsync(ActivitySpan.Hour, 168, now, cancellationToken));
        var groups = await failures.ReadAsync(caller, cancellationToken);
        return new OverviewView(
            now, counts?.At, await problems.FindAsync(caller, counts, now, cancellationToken), Tiles(hour, day, groups, counts, now), hour.Series(), day.Series(), week.Series(),
            await MarksAsync(week.From, counts, cancellationToken), groups.Groups,
            [.. (counts?.Dependencies ?? []).Select(state => new DependencyView(state.Name, state.Status, state.Since, state.Detail, state.AgeSeconds))],
            await workers.ReadAsync(caller, now, cancellationToken));
    }

    private static OverviewTiles Tiles(Steps hour, Steps day, FailureGroupList groups, OperationalCounts? counts, DateTimeOffset now)
    {
        var midnight = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeSeconds();

        // The minute that has begun with the one before, so that a new file shows at once and the figure does not jump at each full minute.
        var minutes = 1 + ((now.ToUnixTimeSeconds() % ActivitySpan.Minute) + 1) / (double)ActivitySpan.Minute;
        double PerMinute(string kind) => Math.Round(hour.Of(kind).TakeLast(2).Sum() / minutes, 1);
        OverviewTile Tile(double? value, string kind, bool atLeast = false) => new(value, atLeast, hour.Of(kind));
        return new OverviewTiles(
            Tile(PerMinute(ActivityKind.Arrived), ActivityKind.Arrived),
            Tile(PerMinute(ActivityKind.Ready), ActivityKind.Ready),
            Tile(counts is null ? null : Math.Round(counts.Queues.Max(queue => queue.OldestSeconds)), ActivityKind.OldestWaiting),
            Tile(groups.Groups.Sum(group => group.Count) + groups.Others, ActivityKind.Failed, groups.AtLeast),
            Tile(day.Since(ActivityKind.Rejected, midnight), ActivityKind.Rejected),
            Tile(counts?.Webhooks.Count, ActivityKind.WebhooksBehind, counts?.Webhooks.Count >= OperationalCounts.Most));
    }

    private async Task<Steps> ReadAsync(int span, int steps, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = ActivitySpan.Of(span, now) - (steps - 1) * span;
        var counts = await db.ActivityCounts.AsNoTracking().Where(c => c.Span == span && c.At >= from).ToListAsync(cancellationToken);
        return new Steps(span, from, steps, counts);
    }

    private async Task<IReadOnlyList<ActivityMarkView>> MarksAsync(long from, OperationalCounts? counts, CancellationToken cancellationToken)
    {
        var oldest = DateTimeOffset.FromUnixTimeSeconds(from);
        var marks = await db.ActivityMarks.AsNoTracking().Where(m => m.At >= oldest).OrderByDescending(m => m.At).Take(MaxMarks).ToListAsync(cancellationToken);
        var lasting = (counts?.Dependencies ?? []).Where(state => state.Status == DependencyState.Fail).Select(state => new ActivityMarkView(ActivityMark.Outage, state.Name, state.Since, null));
        return [.. marks.Select(mark => new ActivityMarkView(mark.Kind, mark.Subject.Length == 0 ? null : mark.Subject, mark.At, mark.Until)).Concat(lasting).OrderBy(mark => mark.At)];
    }

    /// <summary>The counts of one length.</summary>
    private sealed record Steps(int Span, long From, int Count, IReadOnlyList<ActivityCount> Counts)
    {
        public long[] Of(string kind)
        {
            var steps = new long[Count];
            foreach (var count in Counts)
                if (count.Kind == kind && (count.At - From) / Span is var step && step < Count)
                    steps[step] = count.Count;
            return steps;
        }

        public long Since(string kind, long at) => Counts.Where(count => count.Kind == kind && count.At >= at).Sum(count => count.Count);

        public ActivitySeries Series() => new(
            DateTimeOffset.FromUnixTimeSeconds(From), Span, Of(ActivityKind.Ready), Of(ActivityKind.Rejected), Of(ActivityKind.Failed));
    }
}
