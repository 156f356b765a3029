using System.Collections.Concurrent;
using System.Net;

namespace Pipeline.Client;

/// <summary>
/// The assets that the server already has, by SHA-256. The server is asked again before a file is skipped, because local data could not show
/// that an asset was deleted or failed since.
/// </summary>
/// <param name="api">Lists the assets of the token's user.</param>
/// <param name="profile">Only assets with this profile count; null for any.</param>
internal sealed class ExistingAssets(ApiClient api, string? profile)
{
    private readonly ConcurrentDictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Reads the whole list and keeps the assets that may match one of the files.</summary>
    public static async Task<ExistingAssets> ListAsync(ApiClient api, string? profile, IEnumerable<LocalFile> files, CancellationToken cancellationToken)
    {
        var existing = new ExistingAssets(api, profile);
        var lengths = files.Select(file => file.Length).ToHashSet();
        await foreach (var asset in AssetPages.AllAsync(api, new AssetFilter(), cancellationToken))
        {
            if (!lengths.Contains(asset.Size) || !existing.Counts(asset)) continue;

            // The newest asset comes first, but a ready one is preferred.
            if (asset.IsReady) existing._ids[asset.Sha256!] = asset.Id;
            else existing._ids.TryAdd(asset.Sha256!, asset.Id);
        }

        return existing;
    }

    /// <summary>Waits until no other file with the same bytes is being uploaded. Dispose the turn once the result is added here.</summary>
    public async Task<IDisposable> TakeTurnAsync(string sha256, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(sha256, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        return new OwnerTurn(turn);
    }

    /// <summary>The current state of the asset with these bytes, or null if none is ready or in progress.</summary>
    public async Task<Answer<Asset>?> FindAsync(string sha256, CancellationToken cancellationToken)
    {
        if (!_ids.TryGetValue(sha256, out var id)) return null;
        try
        {
            var asset = await api.GetAssetAsync(id, cancellationToken);
            return Counts(asset.Value) && asset.Value.Sha256 == sha256 ? asset : null;
        }
        catch (PipelineException failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Whether an asset with these bytes was seen; it may be gone since.</summary>
    public bool MayHave(string sha256) => _ids.ContainsKey(sha256);

    public void Add(string sha256, string id) => _ids[sha256] = id;

    private bool Counts(Asset asset) =>
        asset is { Sha256: not null, Status: "ready" or "queued" or "processing" } && (profile is null || asset.Profile == profile);

    private sealed class OwnerTurn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
