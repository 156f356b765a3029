using System.Text.Json;

namespace Pipeline.Assets.Moves;

/// <summary>What a run of the kind migrate does; the row of the run keeps it as JSON.</summary>
/// <param name="Area">The area.</param>
/// <param name="To">The target.</param>
/// <param name="Compare">true: changes nothing.</param>
/// <param name="DeleteExtra">true: deletes what only the target has.</param>
public sealed record MoveSettings(string Area, string To, bool Compare = false, bool DeleteExtra = false)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Null if the text is missing or invalid.</summary>
    public static MoveSettings? Read(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<MoveSettings>(json, JsonSerializerOptions.Web) is { Area: not null, To: not null } settings ? settings : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
