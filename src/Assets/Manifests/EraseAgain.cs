using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Manifests;

/// <summary>How an erasure that a mark asks for ended.</summary>
public enum EraseResult
{
    /// <summary>The asset is erased again.</summary>
    Erased,

    /// <summary>There is no such asset, or it is deleted.</summary>
    NothingLeft,

    /// <summary>The mark is not there, or this installation did not sign it.</summary>
    Refused,
}

/// <summary>Erases an asset that a restored table has brought back, if a mark of this installation says so.</summary>
public sealed class EraseAgain(AssetStore store, ManifestFiles files, TimeProvider time, ILogger<EraseAgain> logger)
{
    public async Task<EraseResult> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        var mark = await files.ReadMarkAsync(id, cancellationToken);
        if (mark.Content is null)
        {
            if (mark.Refused is { } why) logger.ErasedMarkRefused(id, why);
            return EraseResult.Refused;
        }

        return await store.ChangeAsync(id, asset => asset.EraseAgain(time.GetUtcNow()), cancellationToken) is (_, true) ? EraseResult.Erased : EraseResult.NothingLeft;
    }
}
