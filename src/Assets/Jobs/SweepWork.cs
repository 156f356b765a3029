using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;

namespace Pipeline.Assets.Jobs;

/// <summary>
/// Which of the timed sweeps have something to do. A condition may be wider than that of its sweep, and never narrower, and an index must begin with its
/// column; so the dispatcher is missing, whose index begins with the owner.
/// </summary>
internal sealed record SweepWork
{
    public required bool Cleanups { get; init; }

    public required bool Purges { get; init; }

    public required bool Runs { get; init; }

    public required bool Manifests { get; init; }

    public required bool Rescans { get; init; }

    /// <summary>Events without a place in the feed.</summary>
    public required bool Unnumbered { get; init; }

    /// <summary>Events that were not fanned out to webhooks.</summary>
    public required bool Webhooks { get; init; }

    /// <summary>Events that were not published to the bus.</summary>
    public required bool BusEvents { get; init; }

    /// <summary>Events that were not counted.</summary>
    public required bool Activity { get; init; }

    /// <summary>Reads all in one query.</summary>
    public static Task<SweepWork> ReadAsync(AssetDbContext db, DateTimeOffset now, CancellationToken cancellationToken) => db.EventCounters.AsNoTracking()
        .Select(feed => new SweepWork
        {
            Cleanups = db.Assets.Any(a => a.TidyAt <= now),
            Purges = db.Purges.Any(p => p.DueAt <= now),
            Runs = db.Runs.Any(r => r.State == RunState.Running),
            Manifests = db.Assets.Any(a => a.ManifestAt <= now),
            Rescans = db.RunItems.Any(i => i.DispatchAt <= now && i.Outcome == null),
            Unnumbered = db.Events.Any(e => e.Position == null),
            Webhooks = db.FeedReaders.Any(r => r.Name == FeedReader.Webhooks && r.Position < feed.Last),
            BusEvents = db.FeedReaders.Any(r => r.Name == FeedReader.Bus && r.Position < feed.Last),
            Activity = db.FeedReaders.Any(r => r.Name == FeedReader.Activity && r.Position < feed.Last),
        })
        .SingleAsync(cancellationToken);
}

/// <summary>Tells by <see cref="SweepWork"/> whether a sweep has something to do.</summary>
/// <param name="Of">True if it has.</param>
internal sealed record SweepDue<TSweep>(Func<SweepWork, bool> Of)
    where TSweep : ISweep;
