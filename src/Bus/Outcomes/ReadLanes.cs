using System.Collections.Concurrent;
using Pipeline.Contracts;

namespace Pipeline.Bus.Outcomes;

/// <summary>The outcome lanes that this API reads besides lane 0.</summary>
public sealed class ReadLanes
{
    private readonly ConcurrentDictionary<int, bool> _lanes = new();

    /// <summary>Their queues, in order.</summary>
    public IReadOnlyList<string> Queues => [.. _lanes.Keys.Order().Select(OutcomeLanes.QueueOf)];

    /// <summary>The numbers of the lanes that it does not read.</summary>
    internal IReadOnlyList<int> Others => [.. Enumerable.Range(1, OutcomeLanes.Most - 1).Where(lane => !_lanes.ContainsKey(lane))];

    internal void Add(int lane) => _lanes[lane] = true;
}
