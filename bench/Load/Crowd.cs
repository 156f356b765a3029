using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pipeline.Bench.Load;

/// <summary>So many clients at once, each of which begins anew as soon as it is done.</summary>
internal static class Crowd
{
    /// <summary>For a time; what is under way at its end is finished.</summary>
    public static Task<List<T>> ForAsync<T>(int clients, TimeSpan time, Func<Task<T>> act)
    {
        var watch = Stopwatch.StartNew();
        return RunAsync(clients, () => watch.Elapsed < time, act);
    }

    /// <summary>So often in all.</summary>
    public static Task<List<T>> TimesAsync<T>(int clients, int times, Func<Task<T>> act)
    {
        var left = times;
        return RunAsync(clients, () => Interlocked.Decrement(ref left) >= 0, act);
    }

    /// <summary>Once for each of these.</summary>
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
