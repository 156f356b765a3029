using Pipeline.Assets.Cleanup;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Cleanup;

public sealed class CleanupPositionTests
{
    private readonly ManualTime _time = new();
    private readonly CleanupPosition _position;

    public CleanupPositionTests() => _position = new CleanupPosition(_time);

    [Fact]
    public void A_run_starts_a_little_before_the_last_claim_and_once_a_minute_at_the_begin()
    {
        var due = _time.GetUtcNow().AddSeconds(-5);
        _position.Start().ShouldBe(DateTimeOffset.UnixEpoch);
        _position.Claimed(due);

        _time.Advance(TimeSpan.FromSeconds(59));
        _position.Start().ShouldBe(due.AddSeconds(-5));
        _time.Advance(TimeSpan.FromSeconds(1));
        _position.Start().ShouldBe(DateTimeOffset.UnixEpoch);
        _position.Start().ShouldBe(due.AddSeconds(-5));
    }

    [Fact]
    public void Without_a_claim_each_run_starts_at_the_begin()
    {
        _position.Start();
        _position.Start().ShouldBe(DateTimeOffset.UnixEpoch);
    }
}
