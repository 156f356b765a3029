using System.Linq.Expressions;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets.Dispatch;

/// <summary>Builds the message for a row.</summary>
internal static class DispatchRequest
{
    /// <summary>Each queue, and the rows whose requests go there.</summary>
    public static IReadOnlyList<(string Name, Expression<Func<Asset, bool>> Rows)> Queues { get; } =
    [
        (QueueNames.Suspects, a => a.FailureCode == FailureCode.WorkerLost),
        (QueueNames.Uploads, a => a.FailureCode != FailureCode.WorkerLost && (a.Revision == 1 || a.IsAwaited)),
        (QueueNames.Reprocess, a => a.FailureCode != FailureCode.WorkerLost && a.Revision != 1 && !a.IsAwaited),
    ];

    /// <param name="asset">The row.</param>
    /// <param name="traceContext">The span that publishes the message; null for the trace of the row.</param>
    public static ProcessingRequest For(Asset asset, string? traceContext = null)
    {
        var content = new UploadConfirmed
        {
            AssetId = asset.Id,
            Revision = asset.Revision,
            Attempt = asset.Attempt,
            Profile = asset.Profile,
            Source = SourceOf(asset),
            FocalPoint = asset.FocalPoint,
            KeyGeneration = asset.KeyGeneration,
            PublishedRecipe = RecipeInAllKeys(asset),
            ShardedKeys = true,
            Published = PublishedOf(asset),
            IsPrivate = asset.IsPrivate,
            TraceContext = traceContext ?? asset.TraceContext,
        };
        return asset.IsSuspect ? new SuspectRequested(content) : IsUrgent(asset) ? content : new ReprocessRequested(content);
    }

    /// <summary>The queue of the request.</summary>
    public static string QueueOf(Asset asset) => asset.IsSuspect ? QueueNames.Suspects : IsUrgent(asset) ? QueueNames.Uploads : QueueNames.Reprocess;

    // A person waits for the first variants; later revisions use the slower queue. Revision 1 counts even without IsAwaited, because an
    // older instance without that column may have confirmed the upload.
    private static bool IsUrgent(Asset asset) => asset.Revision == 1 || asset.IsAwaited;

    private static PublishedVariants? PublishedOf(Asset asset) =>
        asset.Publication is { } p ? new PublishedVariants { Recipe = p.Recipe, Variants = [.. p.Shown()] } : null;

    // An older worker that computes this recipe writes to `assets/{assetId}/{recipe}/`. Keys there that are not published may be deleted.
    private static string? RecipeInAllKeys(Asset asset) =>
        asset.Publication is { } p && $"{ObjectKey.VariantsOf(asset.Id, KeyLayout.Flat)}{p.Recipe}/" is var prefix
            && p.Shown().All(v => v.Key.StartsWith(prefix, StringComparison.Ordinal))
                ? p.Recipe
                : null;

    private static SourceObject SourceOf(Asset asset) => asset.Publication?.Original is { } original
        ? new SourceObject
        {
            Area = SourceArea.Originals,
            Key = original.Key,
            ETag = original.ETag,
            Size = original.Size,
            Sha256 = original.Sha256,
            ClaimedType = asset.ClaimedType,
        }
        : new SourceObject
        {
            Area = SourceArea.Incoming,
            Key = asset.IncomingKey,
            ETag = asset.IncomingETag ?? throw new InvalidOperationException("A confirmed asset has an ETag."),
            Size = asset.Size,
            Sha256 = asset.Sha256,
            ClaimedType = asset.ClaimedType,
        };
}
