using System.Text.Json;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// The mark of an erased asset. It holds no data of the owner: only the id and the time. A copy that is restored from before that time is erased again.
/// </summary>
public sealed record ErasedMark(Guid AssetId, DateTimeOffset At)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Null if it cannot be read.</summary>
    public static ErasedMark? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<ErasedMark>(body, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
