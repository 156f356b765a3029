using Pipeline.Assets.Events;
using Pipeline.Assets.Runs;
using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>Revisions of an asset: at most one is in flight and at most one more follows it, however many requests arrive.</summary>
public sealed partial class Asset
{
    // Cleanup runs before the next revision is dispatched; if cleanup has not finished after this time, the revision is dispatched anyway.
    private static readonly TimeSpan TidiedFirst = TimeSpan.FromSeconds(10);

    /// <summary>Counts the (re)processings; 0 before the confirm.</summary>
    public int Revision { get; private set; }

    /// <summary>
    /// Another revision was requested while this one was in flight. It starts when this one ends, with the values of the row at that time.
    /// Further requests meanwhile join it.
    /// </summary>
    public bool OnceMore { get; private set; }

    /// <summary>The newest revision that was requested.</summary>
    public int NewestRevision => OnceMore ? Revision + 1 : Revision;

    /// <summary>Whether the owner can ask for a new revision.</summary>
    public bool CanReprocess => Status is AssetStatus.Ready or AssetStatus.Failed;

    /// <summary>Replaced variants that are kept because pages may still show them; see <see cref="SupersededVariants"/>.</summary>
    public SupersededVariants? Superseded { get; private set; }

    /// <summary>
    /// Requests a new revision. False if nothing changes: the status does not allow it (<see cref="CanReprocess"/>), or a new revision
    /// already waits in the table or follows the one in flight.
    /// </summary>
    public bool Reprocess(DateTimeOffset now)
    {
        if (!CanReprocess || OnceMore || IsInLine) return false;
        RequestRevision(now);
        return true;
    }

    /// <summary>
    /// Waits in the table for its first dispatch, not for a retry. Nobody has received the request, so no object was written for it.
    /// </summary>
    public bool IsInLine => Work == WorkState.Queued && !IsInFlight && LastHeardAt is null && FailureCode is null;

    private void RequestRevision(DateTimeOffset now)
    {
        // The bus may have the request that this one replaces, and nobody would hear of the objects that a worker writes for it.
        if (Work != WorkState.Idle && !IsInFlight && !IsInLine) NamesAllObjects = false;
        if (IsInFlight && OnceMore) return;
        if (IsInFlight)
        {
            OnceMore = true;
            Record(now, AssetEventKind.ReprocessRequested, new RevisionData(NewestRevision, After: Revision));
            return;
        }

        // A change to a waiting request keeps its place in the queue. A request that killed a worker stays isolated.
        var at = IsInLine ? DispatchAt!.Value : now;
        if (!IsSuspect || Work == WorkState.Idle) (FailureCode, FailureReason) = (null, null);
        Revision++;
        OnceMore = false;
        Record(now, AssetEventKind.ReprocessRequested, new RevisionData(Revision));
        Enqueue(at);
        BeginTrace("reprocess");
    }

    private void Follow(DateTimeOffset at, DateTimeOffset now)
    {
        Revision++;
        OnceMore = false;
        Record(now, AssetEventKind.RevisionFollows);
        Enqueue(at);
        BeginTrace("reprocess");
    }

    /// <summary>
    /// Shows again what a run replaced. False if another revision is shown by now, or one is in work. The fingerprint of the profile stays, so
    /// that the asset is not stale again until its profile changes.
    /// </summary>
    internal bool TakeBack(ReplacedPublication replaced, DateTimeOffset now)
    {
        if (Status != AssetStatus.Ready || Work != WorkState.Idle || Publication?.Revision != replaced.ReplacedBy || replaced.Read() is not { } before) return false;
        AddFormerKeys(Publication, before);
        Supersede(before.Variants, TimeSpan.FromDays(1), now);
        (Publication, ReadyAt, PerceptualHash) = (before, replaced.ReadyAt, replaced.PerceptualHash);
        (Sha256, Size) = (before.Original.Sha256, before.Original.Size);
        (FailureCode, FailureReason) = (null, null);
        TidyAt = now;
        Record(now, AssetEventKind.RolledBack, new RevisionData(before.Revision, After: replaced.ReplacedBy));
        return true;
    }

    private void Supersede(IReadOnlyList<AssetVariant> variants, TimeSpan keep, DateTimeOffset now)
    {
        if (Publication is not { } shown || ReadyAt is not { } since) return;
        var again = variants.Select(v => v.Key).ToHashSet(StringComparer.Ordinal);
        var replaced = new SupersededVariants { Keys = [.. shown.Variants.Select(v => v.Key).Where(key => !again.Contains(key))], From = since, To = now };
        if (replaced.Keys.Count > 0 && replaced.ShownAfter(now - keep) >= (Superseded?.ShownAfter(now - keep) ?? TimeSpan.Zero)) Superseded = replaced;
    }

    private void Unpublish() => (Publication, Superseded, FormerKeys, ProfileFingerprint, PerceptualHash) = (null, null, null, null, null);
}

/// <summary>
/// Published variants that a newer revision replaced. Pages rendered earlier still link to them, so they are kept for a while. If several
/// revisions were replaced within that time, only the one that was shown longest in that time is kept: so an asset never has more than
/// twice the objects that it needs, however often it is reprocessed.
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
