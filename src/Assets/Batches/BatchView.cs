using System.Text.Json;

namespace Pipeline.Assets.Batches;

/// <summary>A batch as its event shows it, and as its event is stored.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Status"><c>pending</c> until the first upload is confirmed, <c>completed</c> once all assets are final, <c>processing</c> between.</param>
/// <param name="Outcome"><c>all_ready</c>, <c>some_ready</c> or <c>none_ready</c>; only once completed.</param>
/// <param name="Total">How many uploads were requested.</param>
/// <param name="ByStatus">The number of assets in each status that occurs.</param>
/// <param name="CreatedAt">When the batch was requested.</param>
/// <param name="CompletedAt">When the last asset became final.</param>
/// <param name="Assets">The assets, in the order of the request.</param>
public sealed record BatchView<T>(
    Guid BatchId,
    string Status,
    string? Outcome,
    int Total,
    IReadOnlyDictionary<string, int> ByStatus,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    IReadOnlyList<T> Assets);

/// <param name="Id">The asset.</param>
/// <param name="Status">Its status.</param>
public sealed record BatchMember(Guid Id, string Status);

public static class BatchViews
{
    /// <summary>The statuses that never change by themselves.</summary>
    public static bool IsFinal(this AssetStatus status) => status is not (AssetStatus.Pending or AssetStatus.Queued or AssetStatus.Processing);

    /// <param name="batch">The batch.</param>
    /// <param name="statuses">The status of each asset.</param>
    /// <param name="assets">The assets as they are shown, in the order of the request.</param>
    public static BatchView<T> View<T>(this Batch batch, IReadOnlyCollection<AssetStatus> statuses, IReadOnlyList<T> assets) => new(
        batch.Id,
        batch.CompletedAt is not null ? "completed" : statuses.All(s => s == AssetStatus.Pending) ? "pending" : "processing",
        batch.Outcome is { } outcome ? Word(outcome) : null,
        batch.Total,
        statuses.GroupBy(s => s).OrderBy(g => g.Key).ToDictionary(g => AssetView.Word(g.Key), g => g.Count(), StringComparer.Ordinal),
        batch.CreatedAt,
        batch.CompletedAt,
        assets);

    internal static BatchOutcome OutcomeOf(IReadOnlyCollection<AssetStatus> statuses) => statuses.Count(s => s == AssetStatus.Ready) switch
    {
        0 => BatchOutcome.NoneReady,
        var ready when ready == statuses.Count => BatchOutcome.AllReady,
        _ => BatchOutcome.SomeReady,
    };

    private static string Word(BatchOutcome outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());
}
