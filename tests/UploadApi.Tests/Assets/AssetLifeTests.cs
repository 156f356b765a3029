using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class AssetLifeTests
{
    private static readonly RetryPolicy Retries = new(new DispatchOptions { MaxAttempts = 2 }, () => 0);
    private readonly ManualTime _time = new();
    private readonly Asset _asset;

    public AssetLifeTests() => _asset = Some.Upload(Now);

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void A_confirmed_upload_is_due_at_once()
    {
        _asset.Confirm("e1", "dog.jpg", Now).ShouldBeTrue();

        (_asset.Status, _asset.Work, _asset.Revision, _asset.Attempt).ShouldBe((AssetStatus.Queued, WorkState.Queued, 1, 1));
        (_asset.DispatchAt, _asset.LastHeardAt, _asset.ConfirmedAt).ShouldBe(((DateTimeOffset?)Now, null, Now));
        (_asset.IncomingETag, _asset.FileName).ShouldBe(("e1", "dog.jpg"));
    }

    [Fact]
    public void A_second_confirm_keeps_the_entity_tag_of_the_first()
    {
        _asset.Confirm("e1", null, Now);

        _asset.Confirm("e2", "other.jpg", Now).ShouldBeFalse();

        (_asset.IncomingETag, _asset.FileName).ShouldBe(("e1", "cat.jpg"));
    }

    [Fact]
    public void What_the_broker_has_confirmed_waits_for_news()
    {
        Confirm();
        _asset.ClaimDispatch(Now.AddSeconds(30), Now);

        _asset.Dispatched(1, 1, Now).ShouldBeTrue();

        (_asset.Work, _asset.DispatchAt, _asset.LastHeardAt).ShouldBe((WorkState.Queued, null, (DateTimeOffset?)Now));
    }

    [Fact]
    public void A_worker_that_is_faster_than_the_mark_is_not_set_back_by_it_and_the_timeline_is_whole()
    {
        Confirm();
        _asset.ClaimDispatch(Now.AddSeconds(30), Now);
        _asset.Started(Some.Started(_asset), Now).ShouldBeTrue();

        _asset.Dispatched(1, 1, Now).ShouldBeFalse();

        (_asset.Status, _asset.Work, _asset.DispatchAt).ShouldBe((AssetStatus.Processing, WorkState.Processing, null));
        Kinds().ShouldBe(["created", "confirmed", "dispatched", "started"]);
    }

    [Fact]
    public void A_worker_that_takes_what_was_to_be_given_again_takes_what_was_given_before()
    {
        Confirm();
        _asset.Dispatched(1, 1, Now).ShouldBeTrue();
        _asset.RescueFromQueue(Now).ShouldBeTrue();

        _asset.Started(Some.Started(_asset), Now).ShouldBeTrue();

        Kinds().ShouldBe(["created", "confirmed", "dispatched", "requeued", "started"]);
    }

    [Fact]
    public void A_mark_of_an_earlier_attempt_does_not_swallow_the_next_one()
    {
        Confirm();
        Fail();

        _asset.Dispatched(1, 1, Now).ShouldBeFalse();

        _asset.DispatchAt.ShouldNotBeNull();
    }

    [Fact]
    public void News_of_an_earlier_attempt_starts_nothing()
    {
        Confirm();
        Fail();

        _asset.Started(Some.Started(_asset, attempt: 1), Now).ShouldBeFalse();

        (_asset.Status, _asset.Work).ShouldBe((AssetStatus.Queued, WorkState.Queued));
    }

    [Fact]
    public void Ready_publishes_and_ends_the_work()
    {
        Publish();

        (_asset.Status, _asset.Work, _asset.ReadyAt, _asset.TidyAt).ShouldBe((AssetStatus.Ready, WorkState.Idle, (DateTimeOffset?)Now, (DateTimeOffset?)Now));
        (_asset.Sha256, _asset.Publication.ShouldNotBeNull().Revision).ShouldBe((Some.Sha256, 1));
        Kinds().ShouldBe(["created", "confirmed", "scanned", "ready"]);
    }

    [Fact]
    public void Ready_that_is_told_twice_counts_once()
    {
        Publish();

        _asset.MarkReady(Some.Ready(_asset), Now).ShouldBeFalse();
    }

    [Fact]
    public void An_earlier_attempt_may_still_bring_the_variants_since_all_attempts_make_the_same()
    {
        Confirm();
        Fail();

        _asset.MarkReady(Some.Ready(_asset, attempt: 1), Now).ShouldBeTrue();

        (_asset.Status, _asset.FailureCode).ShouldBe((AssetStatus.Ready, null));
    }

    [Fact]
    public void A_type_that_differs_from_the_claim_is_told_in_the_timeline()
    {
        Confirm();
        var ready = Some.Ready(_asset);

        _asset.MarkReady(ready with { Original = ready.Original with { ContentType = "image/png" } }, Now);

        Kinds().ShouldContain("type_differs");
    }

    [Fact]
    public void Rejected_is_final_for_all_but_the_owner()
    {
        Confirm();
        _asset.Reject(Some.Rejected(_asset), Now).ShouldBeTrue();

        _asset.MarkReady(Some.Ready(_asset), Now).ShouldBeFalse();
        _asset.AttemptFailed(Some.Failed(_asset), Retries, Now).ShouldBeFalse();
        _asset.Reprocess(Now).ShouldBeFalse();
        (_asset.Status, _asset.RejectionCode, _asset.TidyAt).ShouldBe((AssetStatus.Rejected, RejectionCode.Corrupt, (DateTimeOffset?)Now));
    }

    [Fact]
    public void A_file_that_is_found_bad_later_is_no_longer_published()
    {
        Publish();
        _asset.Reprocess(Now);

        _asset.Reject(Some.Rejected(_asset), Now).ShouldBeTrue();

        (_asset.Status, _asset.Publication).ShouldBe((AssetStatus.Rejected, null));
    }

    [Fact]
    public void A_failed_attempt_is_followed_by_the_next_after_a_wait()
    {
        Confirm();

        Fail();

        (_asset.Status, _asset.Work, _asset.Attempt).ShouldBe((AssetStatus.Queued, WorkState.Queued, 2));
        (_asset.DispatchAt, _asset.LastHeardAt, _asset.FailureCode).ShouldBe((Now.AddSeconds(15), null, FailureCode.ScannerUnavailable));
    }

    [Fact]
    public void The_same_failure_told_twice_costs_one_attempt()
    {
        Confirm();
        var failure = Some.Failed(_asset);
        _asset.AttemptFailed(failure, Retries, Now).ShouldBeTrue();

        _asset.AttemptFailed(failure, Retries, Now).ShouldBeFalse();

        _asset.Attempt.ShouldBe(2);
    }

    [Fact]
    public void The_last_failure_ends_in_failed_and_can_be_reprocessed()
    {
        Confirm();
        Fail();
        Fail();
        (_asset.Status, _asset.Work, _asset.TidyAt).ShouldBe((AssetStatus.Failed, WorkState.Idle, (DateTimeOffset?)Now));

        _asset.Reprocess(Now).ShouldBeTrue();

        (_asset.Status, _asset.Revision, _asset.Attempt, _asset.FailureCode).ShouldBe((AssetStatus.Queued, 2, 1, null));
    }

    [Fact]
    public void A_reprocess_that_fails_leaves_the_asset_ready_and_due_for_tidying()
    {
        Publish();
        _asset.Tidied(null, Now);
        _asset.Reprocess(Now);
        _asset.Status.ShouldBe(AssetStatus.Ready);
        _time.Advance(TimeSpan.FromHours(1));

        Fail();
        Fail();

        (_asset.Status, _asset.Work, _asset.FailureCode).ShouldBe((AssetStatus.Ready, WorkState.Idle, FailureCode.ScannerUnavailable));
        _asset.TidyAt.ShouldBe(Now, "the attempts may have left variants that nobody needs");
    }

    [Fact]
    public void Silence_counts_as_a_failed_attempt()
    {
        Confirm();
        _asset.Started(Some.Started(_asset), Now);

        _asset.RescueFromSilence(Retries, Now).ShouldBeTrue();

        (_asset.Work, _asset.Attempt, _asset.FailureCode).ShouldBe((WorkState.Queued, 2, FailureCode.WorkerLost));
    }

    [Fact]
    public void A_request_that_nobody_took_is_given_again_as_the_same_attempt()
    {
        Confirm();
        _asset.RescueFromQueue(Now).ShouldBeFalse("it is still to be given to the bus");
        _asset.Dispatched(1, 1, Now);

        _asset.RescueFromQueue(Now).ShouldBeTrue();

        (_asset.DispatchAt, _asset.Attempt).ShouldBe((Now, 1));
    }

    [Fact]
    public void Only_what_is_pending_expires()
    {
        Confirm();
        _asset.Expire(Now).ShouldBeFalse();

        var other = Some.Upload(Now);
        other.Expire(Now).ShouldBeTrue();
        other.Confirm("e1", null, Now).ShouldBeFalse();
        (other.Status, other.TidyAt).ShouldBe((AssetStatus.Expired, (DateTimeOffset?)Now));
    }

    [Fact]
    public void A_deleted_asset_keeps_nothing_personal_and_takes_no_outcome()
    {
        Publish();
        _asset.Reprocess(Now);

        _asset.Delete(Now).ShouldBeTrue();

        _asset.Delete(Now).ShouldBeFalse();
        _asset.MarkReady(Some.Ready(_asset), Now).ShouldBeFalse();
        (_asset.Status, _asset.Work, _asset.TidyAt).ShouldBe((AssetStatus.Deleted, WorkState.Idle, (DateTimeOffset?)Now));
        (_asset.FileName, _asset.Sha256, _asset.IncomingETag, _asset.Publication).ShouldBe(("", null, null, null));
    }

    [Fact]
    public void The_ledger_never_holds_the_hash_of_the_bytes()
    {
        _asset.Confirm("5eb63bbbe01eeed093cb22bb8f5acdc3", null, Now).ShouldBeTrue();

        _asset.NewEvents.ShouldAllBe(line => line.Data == null || !line.Data.Contains("5eb63bbb", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tombstone_keeps_its_key_so_that_a_late_upload_is_known_by_it()
    {
        _asset.Delete(Now);
        _asset.Tidied(Now.AddMinutes(15), Now);
        _asset.Tidied(null, Now);

        _asset.IncomingKey.ShouldNotBeEmpty();
        Kinds().ShouldBe(["created", "deleted", "erased"]);
    }

    private void Confirm() => _asset.Confirm("e1", null, Now).ShouldBeTrue();

    private void Fail() => _asset.AttemptFailed(Some.Failed(_asset), Retries, Now).ShouldBeTrue();

    private void Publish()
    {
        Confirm();
        _asset.MarkReady(Some.Ready(_asset), Now).ShouldBeTrue();
    }

    private IEnumerable<string> Kinds() => _asset.NewEvents.Select(e => AssetEvent.Word(e.Kind));
}
