using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Contracts;

namespace Pipeline.Assets;

/// <summary>The work on the newest revision: this row is outbox, retry schedule and dead-letter list in one.</summary>
public sealed partial class Asset
{
    public WorkState Work { get; private set; }

    /// <summary>Counts the attempts of this revision from 1.</summary>
    public int Attempt { get; private set; }

    /// <summary>A person waits for the first variants. A newer revision that replaces an unfinished first one keeps this flag.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>The last attempt probably killed its worker, so the next attempt runs in isolation.</summary>
    public bool IsSuspect => FailureCode == Contracts.FailureCode.WorkerLost;

    /// <summary>The bus or a worker has the request or may have it, so it counts towards the owner's share.</summary>
    public bool IsInFlight { get; private set; }

    /// <summary>When the request is to be published; null once the bus has it.</summary>
    public DateTimeOffset? DispatchAt { get; private set; }

    /// <summary>When a worker or the dispatcher last reported on this attempt; null until the first dispatch has been tried.</summary>
    public DateTimeOffset? LastHeardAt { get; private set; }

    /// <summary>
    /// Keeps other dispatchers off this row until the lease ends; if this process dies before, the sweep publishes the request again. If
    /// another revision was requested meanwhile, that one is published in place of the older one.
    /// </summary>
    public void ClaimDispatch(DateTimeOffset leaseEnd, DateTimeOffset now)
    {
        // The request was sent before, or may have been: a worker that nobody hears of may write for it.
        if (IsInFlight || OnceMore) NamesAllObjects = false;
        if (OnceMore) Follow(now, now);
        (DispatchAt, IsInFlight) = (leaseEnd, true);
    }

    /// <summary>
    /// The bus did not accept the request: it is due again, behind all requests that are due already. False if the row has changed since it
    /// was claimed.
    /// </summary>
    public bool NotDispatched(int revision, int attempt, DateTimeOffset now)
    {
        if (Work != WorkState.Queued || DispatchAt is null || revision != Revision || attempt != Attempt) return false;

        // The bus may have it all the same, if only its answer was lost.
        (DispatchAt, LastHeardAt, IsInFlight, NamesAllObjects) = (now, now, false, false);
        return true;
    }

    /// <summary>The broker has confirmed the request. False if the row has changed since it was claimed.</summary>
    public bool Dispatched(int revision, int attempt, DateTimeOffset now)
    {
        if (Work != WorkState.Queued || revision != Revision || attempt != Attempt) return false;
        (DispatchAt, LastHeardAt, IsInFlight) = (null, now, true);
        RecordDispatched(now);
        return true;
    }

    /// <summary>Records that a worker has begun. False if the message is outdated.</summary>
    public bool Started(ProcessingStarted news, DateTimeOffset now)
    {
        if (Work == WorkState.Idle || news.Revision != Revision || news.Attempt != Attempt) return false;

        Begin(news.Worker, news.Instance, now);
        return true;
    }

    /// <summary>
    /// The outcome has overtaken the message that a worker has begun, or that one got lost: records the begin first, so that no reader of the
    /// events sees the end of work that never began. False if the begin is recorded, or the outcome is outdated.
    /// </summary>
    public bool BeginUnlessBegun(int revision, int attempt, DateTimeOffset now)
    {
        if (Work != WorkState.Queued || revision != Revision || attempt != Attempt) return false;
        Begin(worker: null, instance: null, now);
        return true;
    }

    /// <summary>
    /// Publishes the variants. Accepts any attempt of this revision, because all write the same objects. False if the message is outdated.
    /// </summary>
    /// <param name="outcome">The worker's result.</param>
    /// <param name="now">The time.</param>
    /// <param name="keepSuperseded">How long the replaced variants are kept; a day if left out.</param>
    /// <param name="keepTemporary">How long a temporary asset is kept; a day if left out.</param>
    public bool MarkReady(AssetReady outcome, DateTimeOffset now, TimeSpan? keepSuperseded = null, TimeSpan? keepTemporary = null)
    {
        if (IsOld(outcome.Revision)) return false;
        outcome = WithMovedKeys(outcome);
        if (outcome.Original.ContentType != ClaimedType)
            Record(now, AssetEventKind.TypeDiffers, new TypeDiffersData(ClaimedType, outcome.Original.ContentType));
        Record(now, AssetEventKind.Scanned, new ScannedData(outcome.Scanner, IsClean: true));
        Record(now, AssetEventKind.Ready, new ReadyData(outcome.Variants.Count, outcome.Recipe, outcome.Engine));
        FoundClean(outcome.Scanner, now);
        var made = Publication.From(outcome);
        if (Publication is { } before) AddFormerKeys(before, made);
        Supersede(outcome.Variants, keepSuperseded ?? TimeSpan.FromDays(1), now);

        // By the first publication, so that reprocessing does not prolong it.
        if (IsTemporary && ReadyAt is null) DeleteAt = now + (keepTemporary ?? TimeSpan.FromDays(1));
        (Status, Publication, ReadyAt, TidyAt) = (AssetStatus.Ready, made, now, now);
        (ProfileFingerprint, PerceptualHash) = (Hex64.OrNull(outcome.ProfileFingerprint), Hex64.OrNull(outcome.PerceptualHash));
        (Sha256, Size) = (outcome.Original.Sha256, outcome.Original.Size);
        (FailureCode, FailureReason) = (null, null);
        var onceMore = OnceMore;
        StopWork();
        if (onceMore) Follow(now + TidiedFirst, now);
        return true;
    }

    /// <summary>Rejects the file and unpublishes its variants. False if the message is outdated.</summary>
    public bool Reject(AssetRejected outcome, DateTimeOffset now)
    {
        if (IsOld(outcome.Revision)) return false;
        if (outcome.Scanner is { } scanner) Record(now, AssetEventKind.Scanned, new ScannedData(scanner, IsClean: false));
        Record(now, AssetEventKind.Rejected, new RejectedData(outcome.Code, outcome.Reason));
        (Status, TidyAt, NamesAllObjects) = (AssetStatus.Rejected, now, false);
        Unpublish();
        (RejectionCode, RejectionReason) = (outcome.Code, outcome.Reason);
        (FailureCode, FailureReason) = (null, null);
        StopWork();
        return true;
    }

    /// <summary>
    /// Handles a fault on our side, not in the file: schedules the next attempt or the revision requested meanwhile, or gives up after the
    /// last attempt. False if the message is outdated.
    /// </summary>
    public bool AttemptFailed(ProcessingFailed outcome, RetryPolicy policy, DateTimeOffset now)
    {
        if (IsOld(outcome.Revision) || outcome.Attempt != Attempt) return false;
        (FailureCode, FailureReason, FailureEngine, NamesAllObjects) = (outcome.Code, outcome.Reason, outcome.Engine, false);
        var wait = policy.DelayAfter(Attempt);
        if (OnceMore && (wait is not null || !IsSuspect))
        {
            Record(now, AssetEventKind.AttemptFailed, new AttemptFailedData(outcome.Code, outcome.Reason));
            Follow(now + (wait ?? TimeSpan.Zero), now);
            return true;
        }

        if (wait is { } delay)
        {
            Record(now, AssetEventKind.AttemptFailed, new AttemptFailedData(outcome.Code, outcome.Reason, delay.TotalSeconds));
            Enqueue(now + delay, Attempt + 1);
            BeginTrace("retry");
            return true;
        }

        Record(now, AssetEventKind.Failed, new AttemptFailedData(outcome.Code, outcome.Reason));
        Fail(now);
        return true;
    }

    /// <summary>
    /// The broker dead-lettered the request, because no delivery was ever acknowledged. A dying worker also loses the other requests that
    /// it holds, so the first time the request is retried at once and in isolation. If a worker has begun this isolated attempt and dies
    /// again, or if no attempt is left, the revision fails. False if the message is outdated.
    /// </summary>
    public bool TakeBackPoison(int revision, int attempt, RetryPolicy policy, DateTimeOffset now)
    {
        if (IsOld(revision) || attempt != Attempt) return false;
        const string Reason = "Every worker that took the file died with it in hand.";
        var isLast = (IsSuspect && Work == WorkState.Processing) || policy.DelayAfter(Attempt) is null;
        (FailureCode, FailureReason, FailureEngine, NamesAllObjects) = (Contracts.FailureCode.WorkerLost, Reason, null, false);
        if (isLast)
        {
            Record(now, AssetEventKind.Failed, new AttemptFailedData(FailureCode, Reason));
            Fail(now);
            return true;
        }

        Record(now, AssetEventKind.AttemptFailed, new AttemptFailedData(FailureCode, Reason, RetrySeconds: 0, IsIsolated: true));
        Enqueue(now, Attempt + 1);
        BeginTrace("rescue");
        return true;
    }

    /// <summary>A worker has been silent for too long: its attempt counts as failed.</summary>
    public bool RescueFromSilence(RetryPolicy policy, DateTimeOffset now) =>
        AttemptFailed(Lost("The worker fell silent; it may have died."), policy, now);

    /// <summary>
    /// The bus has lost the request, or no worker accepts it: publishes the same attempt again. False if a worker has begun or the request
    /// is due anyway.
    /// </summary>
    public bool RescueFromQueue(DateTimeOffset now)
    {
        if (Work != WorkState.Queued || DispatchAt is not null) return false;
        (DispatchAt, LastHeardAt, IsInFlight, NamesAllObjects) = (now, now, false, false);
        Record(now, AssetEventKind.Requeued);
        BeginTrace("rescue");
        return true;
    }

    /// <summary>
    /// A message about this revision became a dead letter: publishes the same attempt again, unless the request is due anyway. Its outcome is the same
    /// whatever the first one did. False if the revision is no longer in work.
    /// </summary>
    public bool ReturnLetter(int revision, DateTimeOffset now)
    {
        if (IsOld(revision)) return false;
        if (Work == WorkState.Queued && DispatchAt is not null) return false;
        NamesAllObjects = false;
        Enqueue(now, Attempt);
        Record(now, AssetEventKind.Requeued);
        return true;
    }

    private ProcessingFailed Lost(string reason) => new()
    {
        AssetId = Id,
        Revision = Revision,
        Attempt = Attempt,
        Code = Contracts.FailureCode.WorkerLost,
        Reason = reason,
    };

    private void Begin(string? worker, Guid? instance, DateTimeOffset now)
    {
        // The worker was quicker than the dispatcher, which still holds the row: record the dispatch now.
        if (DispatchAt > now) RecordDispatched(now);

        // A second delivery: workers of two versions give their objects different names.
        if (Work == WorkState.Processing) NamesAllObjects = false;
        (Work, DispatchAt, LastHeardAt, IsInFlight) = (WorkState.Processing, null, now, true);
        if (Status == AssetStatus.Queued) Status = AssetStatus.Processing;
        Record(now, AssetEventKind.Started, new StartedData(worker, instance));
    }

    private void RecordDispatched(DateTimeOffset now) => Record(now, AssetEventKind.Dispatched);

    private void Fail(DateTimeOffset now)
    {
        if (Publication is null) Status = AssetStatus.Failed;

        // Clean up even if an earlier revision stays published, because the attempts may have left variants that the row does not need.
        TidyAt = now;
        StopWork();
    }

    private bool IsOld(int revision) => Work == WorkState.Idle || revision != Revision;

    private void Enqueue(DateTimeOffset at, int attempt = 1)
    {
        (Work, Attempt, DispatchAt, LastHeardAt, IsInFlight) = (WorkState.Queued, attempt, at, null, false);
        if (Publication is null) Status = AssetStatus.Queued;
    }

    private void StopWork() =>
        (Work, IsAwaited, IsInFlight, OnceMore, DispatchAt, LastHeardAt) = (WorkState.Idle, false, false, false, null, null);
}
