using Pipeline.Assets.Reconciliation;
using Pipeline.Assets.Runs;
using Pipeline.Assets.Runs.Walks;
using Pipeline.Storage;
using Pipeline.Storage.Targets;

namespace Pipeline.Assets.Moves;

/// <param name="Key">The object.</param>
/// <param name="Moved">What happened to it.</param>
/// <param name="Fault">Why nothing happened; null otherwise.</param>
internal sealed record MovedKey(ObjectKey Key, MovedObject Moved, Exception? Fault);

/// <summary>The figures and the findings of a page.</summary>
internal static class MoveCounts
{
    /// <summary>A copy counts what it has copied as done, and equal objects as skipped; a comparison counts equal objects as done.</summary>
    public static IReadOnlyList<WalkCount> Of(MoveSettings settings, int equal, IReadOnlyList<MovedKey> moved) =>
    [
        settings.Compare ? new WalkCount(RunResult.Done, "", equal) : new WalkCount(RunResult.Skipped, MoveCode.Equal, equal),
        .. moved.GroupBy(one => ResultOf(settings, one)).Select(same => new WalkCount(same.Key.Result, same.Key.Code, same.Count(), same.Sum(one => one.Moved.Bytes))),
    ];

    public static IReadOnlyList<WalkFinding> Findings(ReconcileArea area, IReadOnlyList<MovedKey> moved) =>
    [
        .. moved.Where(one => FindingOf(one) is not null).OrderBy(one => one.Key.Value, StringComparer.Ordinal)
            .Select(one => new WalkFinding(FindingOf(one)!, area.Name, one.Key.Value, ObjectKey.AssetOf(one.Key), Sentence(one))),
    ];

    private static (string Result, string Code) ResultOf(MoveSettings settings, MovedKey one) => FindingOf(one) switch
    {
        MoveCode.CopyFailed => (RunResult.Failed, MoveCode.CopyFailed),
        { } found => (RunResult.Found, found),
        null when one.Moved.Result == MoveResult.Equal && !settings.Compare => (RunResult.Skipped, MoveCode.Equal),
        _ => (RunResult.Done, ""),
    };

    private static string? FindingOf(MovedKey one) => one switch
    {
        { Fault: not null } => MoveCode.CopyFailed,
        { Moved.Result: MoveResult.Missing } => MoveCode.Missing,
        { Moved.Result: MoveResult.Differs } => MoveCode.Differs,
        { Moved.Result: MoveResult.Extra } => MoveCode.Extra,
        { Moved.Result: MoveResult.Deleted } => MoveCode.ExtraDeleted,
        _ => null,
    };

    private static string Sentence(MovedKey one) => FindingOf(one) switch
    {
        MoveCode.Missing => "The target does not have the object.",
        MoveCode.Differs => "The target holds other bytes under this key.",
        MoveCode.Extra => "Only the target has the object.",
        MoveCode.ExtraDeleted => "Only the target had the object; it is deleted there.",
        _ => $"It could not be copied: {StoreFault.Describe(one.Fault!)}",
    };
}
