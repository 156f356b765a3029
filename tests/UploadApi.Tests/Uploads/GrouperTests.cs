using System.Collections.Concurrent;
using Pipeline.Assets.Grouping;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class GrouperTests
{
    private readonly ConcurrentQueue<IReadOnlyList<int>> _groups = new();
    private readonly SemaphoreSlim _handled = new(0);
    private readonly SemaphoreSlim _go = new(0);

    [Fact]
    public async Task Items_that_come_while_a_group_is_handled_form_the_next_one()
    {
        var queue = new Grouper<int>(handlers: 1, most: 3, HoldAsync);
        queue.Add(0);
        await _handled.WaitAsync();
        for (var i = 1; i <= 5; i++) queue.Add(i);
        _go.Release(10);

        for (var left = 2; left > 0; left--) await _handled.WaitAsync();
        _groups.ToArray().ShouldBe([[0], [1, 2, 3], [4, 5]]);
    }

    [Fact]
    public async Task No_more_groups_are_handled_at_once_than_allowed()
    {
        var queue = new Grouper<int>(handlers: 2, most: 1, HoldAsync);
        for (var i = 0; i < 5; i++) queue.Add(i);
        await _handled.WaitAsync();
        await _handled.WaitAsync();
        (await _handled.WaitAsync(TimeSpan.FromMilliseconds(200))).ShouldBeFalse();
        _go.Release(10);

        for (var left = 3; left > 0; left--) await _handled.WaitAsync();
        _groups.SelectMany(group => group).Order().ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task An_item_that_comes_at_any_moment_is_handled()
    {
        var left = 20_000;
        var all = new TaskCompletionSource();
        var queue = new Grouper<int>(handlers: 2, most: 64, async group =>
        {
            await Task.Yield();
            if (Interlocked.Add(ref left, -group.Count) == 0) all.SetResult();
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                queue.Add(i);
                if (i % 7 == 0) await Task.Yield();
            }
        })));

        await all.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private async Task HoldAsync(IReadOnlyList<int> group)
    {
        _groups.Enqueue(group);
        _handled.Release();
        await _go.WaitAsync();
    }
}
