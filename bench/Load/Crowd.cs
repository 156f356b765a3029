using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <summary>A number of concurrent clients, each of which starts again as soon as it has finished.</summary>
internal static class Crowd
{
    /// <summary>Runs for a duration; running work is finished.</summary>
    public static Task<List<T>> ForAsync<T>(int clients, TimeSpan time, Func<Task<T>> act)
    {
        var watch = Stopwatch.StartNew();
        return RunAsync(clients, () => watch.Elapsed < time, act);
    }

    /// <summary>Runs this number of times in total.</summary>
    public static Task<List<T>> TimesAsync<T>(int clients, int times, Func<Task<T>> act)
    {
        var left = times;
        return RunAsync(clients, () => Interlocked.Decrement(ref left) >= 0, act);
    }

    /// <summary>Runs once for each item.</summary>
    public static Task<List<TResult>> EachAsync<T, TResult>(int clients, IEnumerable<T> items, Func<T, Task<TResult>> act)
    {
        var left = new ConcurrentQueue<T>(items);
        return TimesAsync(clients, left.Count, () => left.TryDequeue(out var item) ? act(item) : throw new InvalidOperationException("No item is left."));
    }

    private static async Task<List<T>> RunAsync<T>(int clients, Func<bool> another, Func<Task<T>> act)
    {
        var results = new ConcurrentBag<T>();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (another()) results.Add(await act());
        }));
        return [.. results];
    }
}
