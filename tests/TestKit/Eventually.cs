using System.Diagnostics;

namespace Pipeline.TestKit;

/// <summary>The only place where a test waits: until something is so, not for a while.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns as soon as the condition holds; throws <see cref="TimeoutException"/> after the timeout, 30 s unless told.</summary>
    public static Task True(Func<bool> condition, string because, TimeSpan? timeout = null) =>
        True(() => Task.FromResult(condition()), because, timeout);

    /// <inheritdoc cref="True(Func{bool}, string, TimeSpan?)" />
    public static async Task True(Func<Task<bool>> condition, string because, TimeSpan? timeout = null)
    {
        var limit = timeout ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit) throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {because}");
            await Task.Delay(Pause);
        }
    }
}
