using Pipeline.Storage;
using Pipeline.Storage.Targets;

namespace Pipeline.Assets.Moves;

/// <summary>A range of keys on both sides of a move.</summary>
/// <param name="Equal">Objects that are equal by size and tag.</param>
/// <param name="Others">Keys that need a closer look.</param>
/// <param name="Last">The last key of the range; null if nothing follows it.</param>
internal sealed record MovePage(int Equal, IReadOnlyList<ObjectKey> Others, string? Last)
{
    // Objects that only the target has shorten the range when there are more of them than this multiple of a page.
    private const int MostExtra = 4;

    public static async Task<MovePage> ReadAsync(
        IObjectStore own, IObjectStore target, string prefix, string? after, int atMost, Func<ObjectKey, bool> isSkipped, CancellationToken cancellationToken)
    {
        var here = await own.ListAsync(prefix, after, cancellationToken).Take(atMost).ToListAsync(cancellationToken);
        var last = here.Count == atMost ? here[^1].Key.Value : null;
        var there = await target.ListAsync(prefix, after, cancellationToken)
            .TakeWhile(found => last is null || string.CompareOrdinal(found.Key.Value, last) <= 0).Take(atMost * MostExtra).ToListAsync(cancellationToken);
        if (there.Count == atMost * MostExtra)
        {
            last = there[^1].Key.Value;
            here.RemoveAll(found => string.CompareOrdinal(found.Key.Value, last) > 0);
        }

        var targets = there.ToDictionary(found => found.Key.Value, StringComparer.Ordinal);
        var (equal, others) = (0, new List<ObjectKey>());
        foreach (var found in here)
        {
            targets.Remove(found.Key.Value, out var other);
            if (isSkipped(found.Key)) continue;
            if (other is not null && ObjectMove.LookEqual(found, other)) equal++;
            else others.Add(found.Key);
        }

        others.AddRange(targets.Values.Select(found => found.Key).Where(key => !isSkipped(key)));
        return new MovePage(equal, others, last);
    }
}
