using Pipeline.Assets.Postgres;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>A machine's clock was ten minutes slow: its upload URLs had expired when it issued them, and another machine took its leases for expired.</summary>
public sealed class DatabaseClockTests
{
    private static readonly DateTimeOffset Truth = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task An_instance_has_the_time_of_the_database_whatever_its_machine_says(int minutesAhead)
    {
        var host = new Machine(Truth + TimeSpan.FromMinutes(minutesAhead));
        var clock = new DatabaseClock(_ => Task.FromResult(Truth), host);

        await clock.SetAsync(CancellationToken.None);
        host.Runs(TimeSpan.FromSeconds(20));

        (clock.GetUtcNow(), clock.Ahead).ShouldBe((Truth + TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(minutesAhead)));
    }

    [Fact]
    public async Task A_machine_whose_clock_is_set_meanwhile_changes_nothing()
    {
        var host = new Machine(Truth);
        var clock = new DatabaseClock(_ => Task.FromResult(Truth), host);
        await clock.SetAsync(CancellationToken.None);

        host.IsSetBy(TimeSpan.FromHours(-1));

        clock.GetUtcNow().ShouldBe(Truth);
    }

    [Fact]
    public async Task An_answer_counts_from_the_middle_of_the_wait_for_it()
    {
        var host = new Machine(Truth);
        var clock = new DatabaseClock(
            _ =>
            {
                host.Runs(TimeSpan.FromSeconds(0.4));
                return Task.FromResult(Truth);
            },
            host);

        await clock.SetAsync(CancellationToken.None);

        clock.GetUtcNow().ShouldBe(Truth + TimeSpan.FromSeconds(0.2));
    }

    [Fact]
    public async Task A_slow_answer_is_better_than_none_and_worse_than_an_earlier_one()
    {
        var host = new Machine(Truth);
        var (says, took) = (Truth, TimeSpan.FromSeconds(4));
        var clock = new DatabaseClock(
            _ =>
            {
                host.Runs(took);
                return Task.FromResult(says);
            },
            host);

        await clock.SetAsync(CancellationToken.None);
        clock.GetUtcNow().ShouldBe(Truth + TimeSpan.FromSeconds(2));
        says = Truth + TimeSpan.FromHours(1);
        await clock.SetAsync(CancellationToken.None);

        clock.GetUtcNow().ShouldBe(Truth + TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_leaves_the_clock_going()
    {
        var host = new Machine(Truth);
        var isAway = false;
        var clock = new DatabaseClock(_ => isAway ? throw new TimeoutException() : Task.FromResult(Truth + TimeSpan.FromMinutes(1)), host);
        await clock.SetAsync(CancellationToken.None);
        isAway = true;

        await Should.ThrowAsync<TimeoutException>(() => clock.SetAsync(CancellationToken.None));
        host.Runs(TimeSpan.FromSeconds(5));

        clock.GetUtcNow().ShouldBe(Truth + TimeSpan.FromSeconds(65));
    }

    /// <summary>A clock that can be set, and a monotonic counter that cannot.</summary>
    private sealed class Machine(DateTimeOffset time) : TimeProvider
    {
        private DateTimeOffset _time = time;
        private long _counter;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _time;

        public override long GetTimestamp() => _counter;

        public void Runs(TimeSpan by) => (_time, _counter) = (_time + by, _counter + by.Ticks);

        public void IsSetBy(TimeSpan by) => _time += by;
    }
}
