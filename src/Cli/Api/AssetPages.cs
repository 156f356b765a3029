using System.Text.Json;

namespace Pipeline.Cli.Api;

/// <summary>Lists assets page by page.</summary>
static class AssetPages
{
    /// <summary>Asked for at once; the server may give fewer.</summary>
    private const int LargestPage = 100;

    /// <summary>The newest first, and the cursor behind the last if there are more than wanted.</summary>
    public static async Task<(List<JsonElement> Items, string? Next)> CollectAsync(
        ApiClient api, AssetFilter filter, int wanted, CancellationToken stop)
    {
        var items = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = await api.ListAsync(filter, Math.Min(wanted - items.Count, LargestPage), cursor, stop);
            items.AddRange(page.Items);

            // A cursor that stands still would have us ask for ever.
            if (page.NextCursor is null || page.NextCursor == cursor || items.Count >= wanted) return (items, page.NextCursor);
            cursor = page.NextCursor;
        }
    }
}
