using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

/// <summary>An asset whose requests the broker dead-letters.</summary>
public sealed class AssetPoisonTests
{
    private static readonly RetryPolicy Retries = new(new DispatchOptions { MaxAttempts = 2 }, () => 0);
    private readonly ManualTime _time = new();
    private readonly Asset _asset;

    public AssetPoisonTests()
    {
        _asset = Some.Upload(Now);
        _asset.Confirm(Some.ETag, null, Now).ShouldBeTrue();
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void What_the_bus_puts_aside_as_poison_is_tried_again_at_once_and_apart_since_it_may_have_died_with_its_neighbour()
    {
        _asset.TakeBackPoison(revision: 1, attempt: 2, Retries, Now).ShouldBeFalse();
        _asset.TakeBackPoison(revision: 1, attempt: 1, Retries, Now).ShouldBeTrue();

        (_asset.Status, _asset.Work, _asset.Attempt, _asset.FailureCode).ShouldBe((AssetStatus.Queued, WorkState.Queued, 2, FailureCode.WorkerLost));
        (_asset.DispatchAt, _asset.IsSuspect).ShouldBe((Now, true));
        _asset.TakeBackPoison(revision: 1, attempt: 1, Retries, Now).ShouldBeFalse();
    }

    [Fact]
    public void What_the_bus_puts_aside_as_poison_twice_in_a_row_is_failed_and_can_be_asked_for_again()
    {
        _asset.TakeBackPoison(1, 1, Retries, Now).ShouldBeTrue();
        _asset.Started(Some.Started(_asset, 1, 2), Now).ShouldBeTrue();

        _asset.TakeBackPoison(1, 2, Retries, Now).ShouldBeTrue();

        (_asset.Status, _asset.FailureCode).ShouldBe((AssetStatus.Failed, FailureCode.WorkerLost));
        _asset.Reprocess(Now).ShouldBeTrue();
    }

    [Fact]
    public void A_suspect_whose_worker_died_before_it_had_begun_stays_one_and_is_tried_again_as_often_as_others_are()
    {
        var retries = new RetryPolicy(new DispatchOptions { MaxAttempts = 4 }, () => 0);
        _asset.TakeBackPoison(1, 1, retries, Now).ShouldBeTrue();

        _asset.TakeBackPoison(1, 2, retries, Now).ShouldBeTrue();
        (_asset.Work, _asset.Attempt, _asset.DispatchAt, _asset.IsSuspect).ShouldBe((WorkState.Queued, 3, Now, true));

        for (var attempt = 3; _asset.Work != WorkState.Idle; attempt++) _asset.TakeBackPoison(1, attempt, retries, Now).ShouldBeTrue();
        _asset.Attempt.ShouldBe(4);
        _asset.Status.ShouldBe(AssetStatus.Failed);
    }
}
