using System.Collections.Concurrent;

namespace Pipeline.Storage.Targets;

/// <summary>From which of its two stores each area is read. A host that nobody tells reads from the area's own store.</summary>
public sealed class AreaSides
{
    private readonly ConcurrentDictionary<string, bool> _switched = new(StringComparer.Ordinal);

    /// <summary>Whether the area is read from its target.</summary>
    public bool IsSwitched(string area) => _switched.GetValueOrDefault(area);

    public void Set(string area, bool switched) => _switched[area] = switched;
}
