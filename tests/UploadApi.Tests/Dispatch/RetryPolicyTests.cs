using Pipeline.Assets.Dispatch;

namespace Pipeline.UploadApi.Tests.Dispatch;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(1, 15, 30)]
    [InlineData(2, 30, 60)]
    [InlineData(3, 60, 120)]
    [InlineData(5, 240, 480)]
    public void The_wait_doubles_and_lies_between_half_and_all_of_it(int attempt, double least, double most)
    {
        Delay(attempt, jitter: 0).ShouldBe(TimeSpan.FromSeconds(least));
        Delay(attempt, jitter: 0.999999).ShouldBeInRange(TimeSpan.FromSeconds(most * 0.999), TimeSpan.FromSeconds(most));
    }

    [Fact]
    public void The_wait_is_capped_however_often_it_was_tried()
    {
        var policy = new RetryPolicy(new DispatchOptions { MaxAttempts = 100 }, () => 0.999999);

        foreach (var attempt in new[] { 8, 20, 99 })
            policy.DelayAfter(attempt).ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromSeconds(3_599), TimeSpan.FromSeconds(3_600));
    }

    [Fact]
    public void After_the_last_attempt_there_is_no_other()
    {
        var policy = new RetryPolicy(new DispatchOptions { MaxAttempts = 6 }, () => 0);

        policy.DelayAfter(5).ShouldNotBeNull();
        policy.DelayAfter(6).ShouldBeNull();
        policy.DelayAfter(7).ShouldBeNull();
    }

    private static TimeSpan Delay(int attempt, double jitter) => new RetryPolicy(new DispatchOptions(), () => jitter).DelayAfter(attempt).ShouldNotBeNull();
}
