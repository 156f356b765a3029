using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Commands;

/// <summary>How the request to keep an asset ended.</summary>
public enum KeepResult
{
    /// <summary>The asset is not temporary any more, or never was.</summary>
    Kept,

    /// <summary>The caller has no such asset, or it is deleted.</summary>
    NotFound,

    /// <summary>The row cannot be read.</summary>
    Unavailable,
}

/// <summary>Keeps temporary assets, each by itself.</summary>
public sealed class KeepAssets(AssetStore assets, TimeProvider time)
{
    /// <returns>The result of each id.</returns>
    public async Task<IReadOnlyDictionary<Guid, KeepResult>> RunAsync(IReadOnlySet<Guid> ids, Caller caller, CancellationToken cancellationToken)
    {
        var results = ids.ToDictionary(id => id, _ => KeepResult.NotFound);
        var found = await assets.FindEachAsync(ids, caller, cancellationToken);
        foreach (var (id, row) in found) results[id] = row is null ? KeepResult.Unavailable : Of(row);

        // By the row as it is now: the sweep may delete it at this moment.
        List<Guid> temporary = [.. found.Where(row => row.Asset is { IsTemporary: true }).Select(row => row.Id)];
        foreach (var (asset, _) in await assets.ChangeEachAsync(temporary, a => a.Keep(time.GetUtcNow()), cancellationToken)) results[asset.Id] = Of(asset);
        return results;
    }

    private static KeepResult Of(Asset asset) => asset.Status == AssetStatus.Deleted ? KeepResult.NotFound : KeepResult.Kept;
}
