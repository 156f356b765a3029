using System.Text.Json;

namespace Pipeline.Client;

/// <summary>The assets of the user.</summary>
public sealed partial class PipelineClient
{
    /// <summary>Reads an asset.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task<Asset> GetAsync(string id, CancellationToken cancellationToken = default) => (await _api.GetAssetAsync(id, cancellationToken)).Value;

    /// <summary>Lists the assets, the newest first, page by page.</summary>
    /// <param name="status">Only assets with this status; null for all but pending uploads and deleted assets.</param>
    /// <param name="stale">Whether to list only assets whose variants the server would make differently today.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    public IAsyncEnumerable<Asset> ListAsync(string? status = null, bool stale = false, CancellationToken cancellationToken = default) =>
        AssetPages.AllAsync(_api, new AssetFilter(status, stale), cancellationToken);

    /// <summary>Reads what happened to an asset, the oldest first.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task<IReadOnlyList<TimelineEntry>> TimelineAsync(string id, CancellationToken cancellationToken = default) =>
        [.. (await TimelinePages.CollectAsync(_api, id, cancellationToken)).Events.Select(line => new TimelineEntry(line.At, line.Kind, line.DetailText))];

    /// <summary>Reads what the user may upload, and what is left of each limit.</summary>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task<UploadLimits> LimitsAsync(CancellationToken cancellationToken = default) => AskAsync<UploadLimits>(Call.Get("api/limits"), cancellationToken);

    /// <summary>Makes the variants of an asset again. Not repeated after a lost answer, because each request makes a revision.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The revision.</returns>
    public async Task<int> ReprocessAsync(string id, CancellationToken cancellationToken = default) => (await _api.ReprocessAsync(id, cancellationToken)).Revision;

    /// <summary>Sets the place that crops keep in view, or unsets it, and makes the variants again.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="point">The place; null to unset it.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <returns>The revision.</returns>
    public async Task<int> FocusAsync(string id, FocalPoint? point, CancellationToken cancellationToken = default) => (await _api.FocusAsync(id, point, cancellationToken)).Revision;

    /// <summary>Deletes an asset with all its files.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) => _api.DeleteAsync(id, cancellationToken);

    /// <summary>Changes who sees the variants of an asset.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="visibility"><c>public</c> or <c>private</c>.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task<Asset> SetVisibilityAsync(string id, string visibility, CancellationToken cancellationToken = default) =>
        AskAsync<Asset>(new Call(HttpMethod.Patch, PathOf(id), new { visibility }, Repeatable: true), cancellationToken);

    /// <summary>Keeps temporary assets, so that they are not deleted.</summary>
    /// <param name="ids">1 to 100 assets.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <returns>One result for each, in the same order.</returns>
    public async Task<IReadOnlyList<ItemResult>> KeepAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken = default) =>
        (await AskAsync<ItemResults>(Call.Post("api/assets/keep", new { ids }, repeatable: true), cancellationToken)).Results;

    /// <summary>Makes a short-lived URL of the original or of a variant, for its owner.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="variant">The name of a variant; null for the original.</param>
    /// <param name="validFor">How long it is valid: 1 second to 1 hour; null for the server's default.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task<DownloadUrl> DownloadUrlAsync(string id, string? variant = null, TimeSpan? validFor = null, CancellationToken cancellationToken = default) =>
        AskAsync<DownloadUrl>(
            Call.Get($"{PathOf(id)}/download-url{Query(("variant", variant), ("expiresIn", validFor is { } time ? $"{time.TotalSeconds:0}" : null))}"), cancellationToken);

    /// <summary>Makes the <c>picture</c> element that shows an asset in the right size.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="sizes">The attribute <c>sizes</c>; null for 100vw.</param>
    /// <param name="alt">The text for people who do not see the picture.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task<Picture> PictureAsync(string id, string? sizes = null, string? alt = null, CancellationToken cancellationToken = default) =>
        AskAsync<Picture>(Call.Get($"{PathOf(id)}/picture{Query(("sizes", sizes), ("alt", alt))}"), cancellationToken);

    private static string Query(params (string Name, string? Value)[] fields)
    {
        var set = fields.Where(field => field.Value is not null).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}").ToList();
        return set.Count == 0 ? "" : $"?{string.Join('&', set)}";
    }

    private sealed record ItemResults(IReadOnlyList<ItemResult> Results);
}

/// <summary>Something that happened to an asset.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">A stable word; more may be added.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Kind, string Detail);
