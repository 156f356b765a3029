using Pipeline.Assets.Reconciliation;
using Pipeline.Storage;

namespace Pipeline.Assets.Moves;

/// <summary>The areas that can move, with the prefixes of their objects.</summary>
internal static class MoveArea
{
    private const string Watermarks = "watermarks/";

    /// <summary>All but the incoming area, to which clients write.</summary>
    public static IReadOnlyList<ReconcileArea> All { get; } = [.. ReconcileArea.All.Where(area => area != ReconcileArea.Incoming)];

    public static ReconcileArea? Named(string? name) => All.FirstOrDefault(area => area.Name == name);

    /// <summary>In the order of the walk.</summary>
    public static IReadOnlyList<string> PrefixesOf(ReconcileArea area) => area == ReconcileArea.Originals ? [ObjectKey.OriginalsArea, Watermarks] : [area.Prefix];
}
