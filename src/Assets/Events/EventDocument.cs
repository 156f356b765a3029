using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pipeline.Assets.Profiles;
using Pipeline.Storage;

namespace Pipeline.Assets.Events;

/// <summary>An event as clients get it: the same bytes on all roads.</summary>
/// <param name="Source">The entry of the log.</param>
/// <param name="Id">The same on all roads; see <see cref="EventId"/>.</param>
/// <param name="Type">One of <see cref="EventType"/>.</param>
/// <param name="Data">The asset or batch as the change left it.</param>
/// <param name="Json">UTF-8 of <c>{id, type, timestamp, sequence, data}</c>, at most <see cref="EventDocuments.MaxBytes"/>.</param>
public sealed record EventDocument(AssetEvent Source, string Id, string Type, JsonObject Data, byte[] Json);

/// <summary>Makes the documents of events.</summary>
public sealed class EventDocuments(ProfileRegistry profiles, StorageAreas areas)
{
    /// <summary>Largest document in bytes. A larger one loses its last variants and says <c>truncated</c>.</summary>
    public const int MaxBytes = 20_000;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <param name="events">Delivered events.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<EventDocument>> OfAsync(IReadOnlyCollection<AssetEvent> events, CancellationToken cancellationToken)
    {
        var assets = events.Select(e => (Event: e, Asset: AssetOf(e))).ToList();
        var staleness = await profiles.StalenessAsync([.. assets.Select(a => a.Asset).OfType<Asset>()], cancellationToken);
        return assets.ConvertAll(a => Document(a.Event, a.Asset is { } asset ? View(asset, staleness) : Other(a.Event)));
    }

    private static EventDocument Document(AssetEvent line, JsonObject data)
    {
        var (id, type) = (EventId.Of(line).ToString(), EventType.Of(line.Kind) ?? throw new InvalidOperationException($"{line.Kind} is not delivered."));
        byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(new { id, type, timestamp = line.At, line.Sequence, data }, Json);
        var json = Bytes();
        while (json.Length > MaxBytes && data["variants"] is JsonArray { Count: > 0 } variants)
        {
            variants.RemoveAt(variants.Count - 1);
            data["truncated"] = true;
            json = Bytes();
        }

        return new EventDocument(line, id, type, data, json);
    }

    private static Asset? AssetOf(AssetEvent line) => !IsOfAsset(line) || AssetSnapshot.Parse(line.Snapshot) is not { } snapshot
        ? null
        : Asset.Restore(line.AssetId, line.TenantId, snapshot);

    private static bool IsOfAsset(AssetEvent line) => line.Kind is not (AssetEventKind.BatchCompleted or AssetEventKind.WebhookPaused);

    private JsonObject View(Asset asset, Staleness staleness) =>
        JsonSerializer.SerializeToNode(AssetView.Of(asset, areas, staleness.Of(asset)), Json)!.AsObject();

    // Of a deleted asset only the id is left.
    private static JsonObject Other(AssetEvent line) => (IsOfAsset(line) ? null : Parse(line.Snapshot)) ?? new JsonObject { ["id"] = line.AssetId };

    /// <returns>Null if there is no JSON object, or if someone edited it so that it cannot be read.</returns>
    private static JsonObject? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
