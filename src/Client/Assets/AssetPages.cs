using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Pipeline.Client;

/// <summary>Lists assets page by page.</summary>
internal static class AssetPages
{
    /// <summary>Assets requested per page; the server may return fewer.</summary>
    private const int LargestPage = 100;

    /// <summary>Returns the newest assets first, and the cursor after the last if there are more than wanted.</summary>
    public static async Task<(List<JsonElement> Items, string? Next)> CollectAsync(
        ApiClient api, AssetFilter filter, int wanted, CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = await api.ListAsync(filter, Math.Min(wanted - items.Count, LargestPage), cursor, cancellationToken);
            items.AddRange(page.Items);
            if (NextOf(page, cursor) is not { } next || items.Count >= wanted) return (items, page.NextCursor);
            cursor = next;
        }
    }

    /// <summary>Returns all assets, the newest first; holds one page at a time.</summary>
    public static async IAsyncEnumerable<Asset> AllAsync(ApiClient api, AssetFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? cursor = null; ;)
        {
            var page = await api.ListAsync(filter, LargestPage, cursor, cancellationToken);
            foreach (var item in page.Items) yield return item.Deserialize<Asset>(Wire.Options)!;
            if (NextOf(page, cursor) is not { } next) yield break;
            cursor = next;
        }
    }

    // A cursor that does not advance would cause an endless loop.
    private static string? NextOf(AssetPage page, string? cursor) => page.NextCursor == cursor ? null : page.NextCursor;
}
