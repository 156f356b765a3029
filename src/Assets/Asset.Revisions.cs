using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>Which revision is made, and whether another follows: at most one is in flight and one is to come, however often it was asked for.</summary>
public sealed partial class Asset
{
    // The objects of the revision that has ended are brought in line before the next is given to the bus, or after this.
    private static readonly TimeSpan TidiedFirst = TimeSpan.FromSeconds(10);

    /// <summary>Counts the (re)processings; 0 before the confirm.</summary>
    public int Revision { get; private set; }

    /// <summary>
    /// Another revision was requested while this one was in flight. It starts when this one ends, with the values of the row at that time.
    /// Further requests meanwhile join it.
    /// </summary>
    public bool OnceMore { get; private set; }

    /// <summary>The revision that a request which was made by now is part of.</summary>
    public int NewestRevision => OnceMore ? Revision + 1 : Revision;

    /// <summary>Whether the owner can ask for a new revision.</summary>
    public bool CanReprocess => Status is AssetStatus.Ready or AssetStatus.Failed;

    /// <summary>What was published before and is kept for pages that show it; see <see cref="SupersededVariants"/>.</summary>
    public SupersededVariants? Superseded { get; private set; }

    /// <summary>
    /// Asks for a new revision. False if nothing changes by it: where that is not possible (<see cref="CanReprocess"/>), and where one waits in
    /// the table anyway or is to come.
    /// </summary>
    public bool Reprocess(DateTimeOffset now)
    {
        if (!CanReprocess || OnceMore || IsInLine) return false;
        RequestRevision(now);
        return true;
    }

    /// <summary>Waits in the table for its turn, and not for a retry: nobody has ever had its request, so nothing was written by it.</summary>
    public bool IsInLine => Work == WorkState.Queued && !IsInFlight && LastHeardAt is null && FailureCode is null;

    private void RequestRevision(DateTimeOffset now)
    {
        if (IsInFlight && OnceMore) return;
        if (IsInFlight)
        {
            OnceMore = true;
            Record(now, "reprocess_requested", $"Revision {NewestRevision} was asked for; it follows when revision {Revision} has ended.");
            return;
        }

        // A change to a waiting request keeps its place in the queue, and a request that killed a worker stays isolated.
        var at = IsInLine ? DispatchAt!.Value : now;
        if (!IsSuspect || Work == WorkState.Idle) (FailureCode, FailureReason) = (null, null);
        Revision++;
        OnceMore = false;
        Record(now, "reprocess_requested", $"Revision {Revision} was asked for.");
        Enqueue(at);
    }

    private void Follow(DateTimeOffset at, DateTimeOffset now)
    {
        Revision++;
        OnceMore = false;
        Record(now, "revision_follows", $"Revision {Revision} follows, since it was asked for meanwhile.");
        Enqueue(at);
    }

    private void Supersede(AssetReady outcome, TimeSpan keep, DateTimeOffset now)
    {
        if (Publication is not { } shown || ReadyAt is not { } since) return;
        var again = outcome.Variants.Select(v => v.Key).ToHashSet(StringComparer.Ordinal);
        var replaced = new SupersededVariants { Keys = [.. shown.Variants.Select(v => v.Key).Where(key => !again.Contains(key))], From = since, To = now };
        if (replaced.Keys.Count > 0 && replaced.ShownAfter(now - keep) >= (Superseded?.ShownAfter(now - keep) ?? TimeSpan.Zero)) Superseded = replaced;
    }

    private void Unpublish() => (Publication, Superseded, ProfileFingerprint, PerceptualHash) = (null, null, null, null);
}

/// <summary>
/// Variants that were published and are replaced. Pages that were made while they were shown still name them, so they stay for a while. Of several
/// revisions that were replaced within that while, the one that was shown the longest in it: so that an asset never has more than twice
/// the objects that it needs, however often it is made anew.
/// </summary>
public sealed record SupersededVariants
{
    /// <summary>Their keys in the public area.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>When they were published.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When they were replaced.</summary>
    public required DateTimeOffset To { get; init; }

    internal TimeSpan ShownAfter(DateTimeOffset start)
    {
        var shown = To - (From > start ? From : start);
        return shown > TimeSpan.Zero ? shown : TimeSpan.Zero;
    }
}
