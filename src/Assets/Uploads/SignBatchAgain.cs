using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Uploads;

/// <summary>How the request for other URLs of a batch ended.</summary>
public abstract record SignBatchAgainResult
{
    private SignBatchAgainResult()
    {
    }

    /// <summary>The same assets with other URLs, in the order of the batch.</summary>
    public sealed record Issued(IReadOnlyList<SignedUpload> Uploads) : SignBatchAgainResult;

    /// <summary>At least one upload of the batch does not wait for its bytes any more.</summary>
    /// <param name="Statuses">The status of each asset.</param>
    public sealed record NotPending(IReadOnlyList<AssetStatus> Statuses) : SignBatchAgainResult;
}

/// <summary>Signs other URLs for all uploads of a batch that is requested again.</summary>
public sealed class SignBatchAgain(AssetDbContext db, AssetStore assets, UploadUrls urls)
{
    /// <param name="batchId">The batch.</param>
    /// <param name="announcedTypes">The media types in the words of the client, in the order of the batch.</param>
    /// <param name="caller">Owns the batch.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SignBatchAgainResult> RunAsync(Guid batchId, IReadOnlyList<string?> announcedTypes, Caller caller, CancellationToken cancellationToken)
    {
        var rows = await db.Assets.Of(caller).AsNoTracking().Where(a => a.BatchId == batchId).OrderBy(a => a.BatchIndex).ToListAsync(cancellationToken);
        if (rows.Count != announcedTypes.Count || rows.Exists(a => a.Status != AssetStatus.Pending)) return NotPending(rows);
        var puts = rows.Zip(announcedTypes).ToDictionary(pair => pair.First.Id, pair => urls.Again(pair.First, pair.Second));

        // As in SignUploadAgain, cleanup must know of the URLs before anyone can use them.
        var changed = await assets.ChangeEachAsync(puts.Keys, a => a.ExtendUrl(puts[a.Id].ExpiresAt), cancellationToken);
        var now = changed.Select(change => change.Asset).OrderBy(a => a.BatchIndex).ToList();
        return now.TrueForAll(a => a.Status == AssetStatus.Pending) ? new SignBatchAgainResult.Issued(now.ConvertAll(a => new SignedUpload(a, puts[a.Id]))) : NotPending(now);
    }

    private static SignBatchAgainResult.NotPending NotPending(List<Asset> rows) => new(rows.ConvertAll(a => a.Status));
}
