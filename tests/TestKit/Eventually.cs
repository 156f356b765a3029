using System.Diagnostics;

namespace Pipeline.TestKit;

/// <summary>The only place where tests wait: for a condition, never for a fixed time.</summary>
public static class Eventually
{
    // The interval grows, because each poll takes time from the server that the test waits for.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns as soon as the condition holds; throws <see cref="TimeoutException"/> after the timeout, two minutes by default.</summary>
    public static Task True(Func<bool> condition, string because, TimeSpan? timeout = null) =>
        True(() => Task.FromResult(condition()), because, timeout);

    /// <inheritdoc cref="True(Func{bool}, string, TimeSpan?)" />
    public static async Task True(Func<Task<bool>> condition, string because, TimeSpan? timeout = null)
    {
        var limit = timeout ?? TimeSpan.FromMinutes(2);
        var watch = Stopwatch.StartNew();
        for (var pause = FirstPause; !await condition(); pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            if (watch.Elapsed > limit) throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {because}");
            await Task.Delay(pause);
        }
    }
}
