using System.Text;
using System.Text.Json;

namespace Pipeline.Cli.Events;

/// <summary>An event of the server.</summary>
/// <param name="Id">The same on all roads and in all attempts.</param>
/// <param name="Type">One of <see cref="EventTypes"/>, or one of a newer server.</param>
/// <param name="Json">The whole document.</param>
sealed record ReceivedEvent(string Id, string Type, JsonElement Json)
{
    /// <summary>The bytes of the document as the server sent them.</summary>
    public byte[] Body() => Encoding.UTF8.GetBytes(Json.GetRawText());

    /// <summary>The id of the asset or batch that the event is about; null for other subjects.</summary>
    public string? Subject() => Member("id") ?? Member("batchId");

    public static ReceivedEvent Read(JsonElement json)
    {
        try
        {
            var head = json.Deserialize<Head>(Wire.Options) ?? throw new JsonException("null");

            // Both become headers and lines on a terminal.
            return IsWord(head.Id) && IsWord(head.Type) ? new ReceivedEvent(head.Id, head.Type, json) : throw new JsonException("invalid id");
        }
        catch (JsonException e)
        {
            throw CliFailure.Unexpected("The server sent an event without a valid id and type. Is it a Pipeline server of the same version?", e);
        }
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= 200 && text.All(c => c is > ' ' and <= '~');

    private string? Member(string name) =>
        Json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private sealed record Head(string Id, string Type);
}
