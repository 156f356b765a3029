using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class AssetFocusTests
{
    private static readonly RetryPolicy OneTry = new(new DispatchOptions { MaxAttempts = 1 }, () => 0);
    private static readonly FocalPoint Eye = new() { X = 0.25, Y = 0.5 };
    private static readonly FocalPoint Ear = new() { X = 0.75, Y = 0.5 };
    private readonly ManualTime _time = new();
    private readonly Asset _asset;

    public AssetFocusTests() => _asset = Some.Upload(Now);

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void Before_the_confirm_it_is_only_kept()
    {
        _asset.Focus(Eye, Now).ShouldBeTrue();
        _asset.Focus(Ear, Now).ShouldBeTrue();

        (_asset.Status, _asset.Revision, _asset.FocalPoint).ShouldBe((AssetStatus.Pending, 0, Ear));
        Confirm();
        DispatchRequest.For(_asset).ShouldBeOfType<UploadConfirmed>().FocalPoint.ShouldBe(Ear);
    }

    [Fact]
    public void What_is_with_a_worker_is_followed_by_one_revision_with_the_newest()
    {
        Confirm();
        _asset.Started(Some.Started(_asset), Now);

        _asset.Focus(Eye, Now).ShouldBeTrue();
        _asset.Focus(Ear, Now).ShouldBeTrue();

        (_asset.Status, _asset.Work, _asset.Revision, _asset.NewestRevision).ShouldBe((AssetStatus.Processing, WorkState.Processing, 1, 2));
        _asset.MarkReady(Some.Ready(_asset), Now).ShouldBeTrue();
        (_asset.Status, _asset.Work, _asset.Revision, _asset.OnceMore).ShouldBe((AssetStatus.Ready, WorkState.Queued, 2, false));
        DispatchRequest.For(_asset).FocalPoint.ShouldBe(Ear);
    }

    [Fact]
    public void What_waits_in_the_table_gets_a_new_revision_and_keeps_its_place()
    {
        Confirm();

        var due = _asset.DispatchAt;
        _time.Advance(TimeSpan.FromMinutes(1));

        _asset.Focus(Eye, Now).ShouldBeTrue();

        (_asset.Revision, _asset.DispatchAt).ShouldBe((2, due));
    }

    [Fact]
    public void A_person_who_waits_for_the_first_variants_still_waits_in_the_fast_queue()
    {
        Confirm();

        _asset.Focus(Eye, Now);

        DispatchRequest.For(_asset).ShouldBeOfType<UploadConfirmed>().FocalPoint.ShouldBe(Eye);
    }

    [Fact]
    public void What_is_ready_stays_so_and_is_made_anew_in_the_queue_that_may_be_slow()
    {
        Publish();

        _asset.Focus(Eye, Now).ShouldBeTrue();

        (_asset.Status, _asset.Work, _asset.Revision).ShouldBe((AssetStatus.Ready, WorkState.Queued, 2));
        var request = DispatchRequest.For(_asset).ShouldBeOfType<ReprocessRequested>();
        (request.FocalPoint, request.Source.Area).ShouldBe((Eye, SourceArea.Originals));
    }

    [Fact]
    public void The_same_again_makes_nothing_again()
    {
        Publish();
        _asset.Focus(Eye, Now);

        _asset.Focus(Eye with { }, Now).ShouldBeFalse();

        _asset.Revision.ShouldBe(2);
    }

    [Fact]
    public void The_same_again_is_a_new_try_where_the_first_came_to_nothing()
    {
        Publish();
        _asset.Focus(Eye, Now);
        _asset.AttemptFailed(Some.Failed(_asset), OneTry, Now);

        _asset.Focus(Eye, Now).ShouldBeTrue();

        (_asset.Revision, _asset.FailureCode).ShouldBe((3, null));
    }

    [Fact]
    public void A_failed_asset_is_tried_again_with_it()
    {
        Confirm();
        _asset.AttemptFailed(Some.Failed(_asset), OneTry, Now);
        _asset.Status.ShouldBe(AssetStatus.Failed);

        _asset.Focus(Eye, Now).ShouldBeTrue();

        (_asset.Status, _asset.Revision, _asset.IsAwaited).ShouldBe((AssetStatus.Queued, 2, false));
    }

    [Fact]
    public void Unsetting_is_a_change_like_any_other()
    {
        Publish();
        _asset.Focus(null, Now).ShouldBeFalse("there is none");
        _asset.Focus(Eye, Now);

        _asset.Focus(null, Now).ShouldBeTrue();

        (_asset.FocalPoint, _asset.Revision).ShouldBe((null, 3));
        _asset.NewEvents.Select(e => e.Sentence()).ShouldContain("The focal point is 0.25 from the left and 0.5 from the top.");
    }

    [Fact]
    public void What_is_refused_or_gone_takes_none()
    {
        Confirm();
        _asset.Reject(Some.Rejected(_asset), Now);
        _asset.Focus(Eye, Now).ShouldBeFalse();
        (_asset.CanFocus, _asset.FocalPoint).ShouldBe((false, null));

        var other = Some.Upload(Now);
        other.Focus(Eye, Now);
        other.Delete(Now);
        other.Focus(Ear, Now).ShouldBeFalse();
        other.FocalPoint.ShouldBeNull("a tombstone says nothing of the picture");
    }

    private void Confirm() => _asset.Confirm("e1", null, Now).ShouldBeTrue();

    private void Publish()
    {
        Confirm();
        _asset.MarkReady(Some.Ready(_asset), Now).ShouldBeTrue();
    }
}
