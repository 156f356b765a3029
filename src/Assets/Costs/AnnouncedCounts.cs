using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Costs;

/// <summary>
/// Saves the requests that a worker has counted. A message that the bus delivers twice is counted twice. Counts of unknown areas and operations are
/// left out, because a compromised worker can send anything.
/// </summary>
internal static class AnnouncedCounts
{
    // No worker sends more requests between two announcements.
    private const long Most = 10_000_000;
    private const int MaxKinds = 200;

    private static readonly HashSet<string> Causes = new([StoreCause.Publish, StoreCause.Check, StoreCause.Request], StringComparer.Ordinal);

    public static async Task SaveAsync(AssetDbContext db, IReadOnlyList<AnnouncedRequests>? requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counts = new StoreRequestCounts();
        foreach (var one in (requests ?? []).Take(MaxKinds).Where(IsKnown)) counts.Add(new CountedRequest(one.Area, one.Operation, one.Cause), one.Count);
        if (counts.Take() is { Count: > 0 } taken) await RequestCountStore.SaveAsync(db, taken, now, cancellationToken);
    }

    private static bool IsKnown(AnnouncedRequests? one) => one is { Count: > 0 and <= Most, Area: not null, Operation: not null, Cause: not null }
        && StoreRequestCounts.AreaNames.Contains(one.Area, StringComparer.Ordinal) && StoreOperation.All.Contains(one.Operation, StringComparer.Ordinal) && Causes.Contains(one.Cause);
}
