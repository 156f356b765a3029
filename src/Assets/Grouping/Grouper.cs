using System.Collections.Concurrent;

namespace Pipeline.Assets.Grouping;

/// <summary>
/// Hands over items in groups: those that arrive while earlier groups are handled wait and form the next one. So an item that arrives alone does not wait,
/// and many that arrive together share one transaction.
/// </summary>
/// <param name="handlers">Most groups that are handled at once.</param>
/// <param name="most">Most items in a group.</param>
/// <param name="handle">Handles a group. It tells each item its end and does not throw.</param>
public sealed class Grouper<T>(int handlers, int most, Func<IReadOnlyList<T>, Task> handle)
{
    private readonly ConcurrentQueue<T> _waiting = new();
    private int _running;

    public void Add(T item)
    {
        _waiting.Enqueue(item);
        if (TryEnter()) Start();
    }

    private bool TryEnter()
    {
        for (var running = Volatile.Read(ref _running); running < handlers;)
        {
            var was = Interlocked.CompareExchange(ref _running, running + 1, running);
            if (was == running) return true;
            running = was;
        }

        return false;
    }

    // Without the context of the request that happened to come first: a group belongs to no single one.
    private void Start() => ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.HandleAsync(), this, preferLocal: false);

    private async Task HandleAsync()
    {
        for (; ; )
        {
            var group = new List<T>();
            while (group.Count < most && _waiting.TryDequeue(out var item)) group.Add(item);
            if (group.Count > 0)
            {
                // A handler that throws against its promise must not hold its place for ever.
                await handle(group).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            // An item that came between the look and the leave starts a handler again.
            Interlocked.Decrement(ref _running);
            if (_waiting.IsEmpty || !TryEnter()) return;
        }
    }
}
