using Pipeline.Processor.Messaging;

namespace Pipeline.Processor.Tests.Messaging;

public sealed class ExclusiveGateTests
{
    [Fact]
    public async Task A_suspect_begins_when_all_others_are_done_and_lets_nobody_in_until_it_is_done_itself()
    {
        using var gate = new ExclusiveGate(places: 2);
        var others = new[] { await gate.EnterSharedAsync(default), await gate.EnterSharedAsync(default) };
        var suspect = gate.EnterExclusiveAsync(default);
        others[0].Dispose();
        suspect.IsCompleted.ShouldBeFalse("the second is still in work");

        others[1].Dispose();
        var alone = await suspect;
        var next = gate.EnterSharedAsync(default);
        next.IsCompleted.ShouldBeFalse("the suspect is in work");

        alone.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task A_suspect_that_gives_up_waiting_keeps_no_place()
    {
        using var gate = new ExclusiveGate(places: 2);
        using var other = await gate.EnterSharedAsync(default);
        using var stop = new CancellationTokenSource();
        var suspect = gate.EnterExclusiveAsync(stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => suspect);

        using var second = await gate.EnterSharedAsync(default);
    }

    [Fact]
    public async Task Two_suspects_do_not_wait_for_each_other_for_ever()
    {
        using var gate = new ExclusiveGate(places: 2);
        using var other = await gate.EnterSharedAsync(default);
        var (first, second) = (gate.EnterExclusiveAsync(default), gate.EnterExclusiveAsync(default));
        other.Dispose();

        (await first).Dispose();
        (await second).Dispose();
    }
}
