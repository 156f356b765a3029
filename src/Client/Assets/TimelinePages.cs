using System.Text.Json;

namespace Pipeline.Client;

/// <summary>Reads a timeline page by page.</summary>
internal static class TimelinePages
{
    /// <summary>Returns all events, the oldest first, both parsed and as the server's JSON.</summary>
    public static async Task<(List<AssetEvent> Events, List<JsonElement> Json)> CollectAsync(ApiClient api, string id, CancellationToken cancellationToken)
    {
        var (events, json) = (new List<AssetEvent>(), new List<JsonElement>());
        for (string? cursor = null; ;)
        {
            var page = await api.GetTimelineAsync(id, cursor, cancellationToken);
            events.AddRange(page.Value.Events);
            json.AddRange(page.Json.GetProperty("events").EnumerateArray());

            // A cursor that does not advance would cause an endless loop.
            if (page.Value.NextCursor is not { } next || next == cursor) return (events, json);
            cursor = next;
        }
    }
}
