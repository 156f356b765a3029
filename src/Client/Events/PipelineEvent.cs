using System.Text.Json;

namespace Pipeline.Client;

/// <summary>Something that happened to an asset or a batch. The same on all roads: streams, cursors, webhooks and RabbitMQ.</summary>
/// <param name="Id">The id, by which a program recognises an event that comes again.</param>
/// <param name="Type">The type, such as <c>asset.ready</c>; more may be added.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">The asset or batch as the change left it.</param>
public sealed record PipelineEvent(string Id, string Type, DateTimeOffset Timestamp, JsonElement Data)
{
    /// <summary>The asset as the change left it; null if the event is about something else.</summary>
    public Asset? Asset => Type.StartsWith("asset.", StringComparison.Ordinal) ? Data.Deserialize<Asset>(Wire.Options) : null;

    /// <summary>Reads the document of an event; null if it is none.</summary>
    internal static PipelineEvent? Read(JsonElement json)
    {
        try
        {
            return json.Deserialize<PipelineEvent>(Wire.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
