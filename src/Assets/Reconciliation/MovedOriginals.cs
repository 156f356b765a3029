using System.Security.Cryptography;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;

namespace Pipeline.Assets.Reconciliation;

/// <summary>An original that moved to another store may have another tag there. If its bytes have the hash of the row, it is right.</summary>
internal static class MovedOriginals
{
    // So few that the lease of the run is renewed in time.
    private const int AtOnce = 8;

    public static async Task<IReadOnlyList<ObjectVerdict>> KnowAsync(
        WalkTurn turn, ReconcileArea area, IObjectStore store, IReadOnlyList<ObjectVerdict> verdicts, CancellationToken cancellationToken)
    {
        var others = verdicts.Where(verdict => area == ReconcileArea.Originals && verdict.Code == ReconcileCode.OtherTag && HashOf(verdict) is not null).ToList();
        if (others.Count == 0) return verdicts;
        var right = new HashSet<ObjectKey>();
        foreach (var some in others.Chunk(AtOnce))
        {
            if (!await turn.GoesOnAsync(cancellationToken)) break;
            foreach (var (verdict, isSame) in await Task.WhenAll(some.Select(async verdict => (verdict, await IsSameAsync(store, verdict, cancellationToken)))))
                if (isSame) right.Add(verdict.Info.Key);
        }

        return [.. verdicts.Select(verdict => right.Contains(verdict.Info.Key) ? verdict with { Result = RunResult.Done, Code = ReconcileCode.Right, Detail = null } : verdict)];
    }

    private static string? HashOf(ObjectVerdict verdict) => verdict.Row?.Publication?.Original is { } original && original.Key == verdict.Info.Key.Value ? original.Sha256 : null;

    private static async Task<bool> IsSameAsync(IObjectStore store, ObjectVerdict verdict, CancellationToken cancellationToken)
    {
        await using var read = await store.ReadAsync(verdict.Info.Key, verdict.Info.ETag, cancellationToken);
        return read is ReadResult.Found found && Convert.ToHexStringLower(await SHA256.HashDataAsync(found.Content, cancellationToken)) == HashOf(verdict);
    }
}
