using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

/// <summary>Three hundred focal points created three hundred revisions at once and 1,224 public objects.</summary>
public sealed class AssetOnceMoreTests
{
    private static readonly RetryPolicy Retries = new(new DispatchOptions { MaxAttempts = 2 }, () => 0);
    private readonly ManualTime _time = new();
    private readonly Asset _asset;

    public AssetOnceMoreTests()
    {
        _asset = Some.Upload(Now);
        _asset.Confirm(Some.ETag, null, Now);
        _asset.MarkReady(Some.Ready(_asset), Now);
        _asset.Reprocess(Now).ShouldBeTrue();
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void What_waits_in_the_table_brings_a_further_request_anyway()
    {
        _asset.Reprocess(Now).ShouldBeFalse();

        (_asset.CanReprocess, _asset.NewestRevision, _asset.OnceMore).ShouldBe((true, 2, false));
    }

    [Fact]
    public void What_is_in_flight_is_followed_by_one_however_often_that_is_asked()
    {
        Start();

        _asset.Reprocess(Now).ShouldBeTrue();
        _asset.Reprocess(Now).ShouldBeFalse();

        (_asset.Revision, _asset.NewestRevision).ShouldBe((2, 3));
        _asset.MarkReady(Some.Ready(_asset), Now).ShouldBeTrue();
        (_asset.Revision, _asset.Work, _asset.OnceMore, _asset.IsInFlight).ShouldBe((3, WorkState.Queued, false, false));
        _asset.Publication.ShouldNotBeNull().Revision.ShouldBe(2);
    }

    [Fact]
    public void What_fails_gives_way_to_it_after_the_wait_that_a_retry_would_have_had()
    {
        Start();
        _asset.Reprocess(Now);

        _asset.AttemptFailed(Some.Failed(_asset), Retries, Now).ShouldBeTrue();

        (_asset.Revision, _asset.Attempt, _asset.OnceMore, _asset.DispatchAt).ShouldBe((3, 1, false, Now.AddSeconds(15)));
        _asset.MarkReady(Some.Ready(_asset, revision: 2), Now).ShouldBeFalse();
    }

    [Fact]
    public void What_cost_a_worker_its_life_gives_way_to_it_and_stays_apart_from_others()
    {
        Start();
        _asset.Reprocess(Now);

        _asset.RescueFromSilence(Retries, Now).ShouldBeTrue();

        (_asset.Revision, _asset.IsSuspect).ShouldBe((3, true));
    }

    [Fact]
    public void What_kills_again_and_again_is_failed_although_it_was_asked_for_once_more()
    {
        _asset.TakeBackPoison(2, 1, Retries, Now).ShouldBeTrue();
        Start();
        _asset.Reprocess(Now);

        _asset.TakeBackPoison(2, 2, Retries, Now).ShouldBeTrue();

        (_asset.Work, _asset.OnceMore, _asset.FailureCode).ShouldBe((WorkState.Idle, false, FailureCode.WorkerLost));
    }

    [Fact]
    public void A_file_that_is_at_fault_and_one_that_is_deleted_are_not_made_again()
    {
        Start();
        _asset.Reprocess(Now);
        _asset.Reject(Some.Rejected(_asset), Now).ShouldBeTrue();
        (_asset.Work, _asset.OnceMore).ShouldBe((WorkState.Idle, false));

        _asset.Delete(Now).ShouldBeTrue();
        (_asset.OnceMore, _asset.Superseded).ShouldBe((false, null));
    }

    [Fact]
    public void A_request_while_a_retry_waits_does_not_wait_for_it()
    {
        Start();
        _asset.AttemptFailed(Some.Failed(_asset), Retries, Now);
        _asset.DispatchAt.ShouldNotBe(Now);

        _asset.Reprocess(Now).ShouldBeTrue();

        (_asset.Revision, _asset.Attempt, _asset.DispatchAt).ShouldBe((3, 1, Now));
    }

    private void Start() => _asset.Started(Some.Started(_asset), Now).ShouldBeTrue();
}
