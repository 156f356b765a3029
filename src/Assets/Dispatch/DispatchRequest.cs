using System.Linq.Expressions;
using Pipeline.Contracts;

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

    public static IProcessingRequest For(Asset asset) =>
        asset.IsSuspect
            ? new SuspectRequested
            {
                AssetId = asset.Id,
                Revision = asset.Revision,
                Attempt = asset.Attempt,
                Profile = asset.Profile,
                Source = SourceOf(asset),
                FocalPoint = asset.FocalPoint,
                KeyGeneration = asset.KeyGeneration,
                PublishedRecipe = asset.Publication?.Recipe,
            }
            : IsUrgent(asset)
                ? new UploadConfirmed
                {
                    AssetId = asset.Id,
                    Revision = asset.Revision,
                    Attempt = asset.Attempt,
                    Profile = asset.Profile,
                    Source = SourceOf(asset),
                    FocalPoint = asset.FocalPoint,
                KeyGeneration = asset.KeyGeneration,
                PublishedRecipe = asset.Publication?.Recipe,
                }
                : new ReprocessRequested
                {
                    AssetId = asset.Id,
                    Revision = asset.Revision,
                    Attempt = asset.Attempt,
                    Profile = asset.Profile,
                    Source = SourceOf(asset),
                    FocalPoint = asset.FocalPoint,
                KeyGeneration = asset.KeyGeneration,
                PublishedRecipe = asset.Publication?.Recipe,
                };

    // A person waits for the first variants; later revisions use the slower queue. Revision 1 counts even without IsAwaited, because an
    // older instance without that column may have confirmed the upload.
    private static bool IsUrgent(Asset asset) => asset.Revision == 1 || asset.IsAwaited;

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
