using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Assets.Events;

/// <summary>
/// An asset as a change left it, so that an event shows the asset of its time however late it is delivered. This is the stored format, apart
/// from HTTP and bus: fields are only ever added, and old rows lack the newer ones. Without URLs, because the public host may change.
/// </summary>
internal sealed record AssetSnapshot
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(), new Microseconds() },
    };

    public Guid? BatchId { get; init; }

    public AssetStatus Status { get; init; }

    public int Version { get; init; }

    public string FileName { get; init; } = "";

    public string ClaimedType { get; init; } = "";

    public long Size { get; init; }

    public string? Sha256 { get; init; }

    public string Profile { get; init; } = "";

    public double? FocalX { get; init; }

    public double? FocalY { get; init; }

    public Publication? Publication { get; init; }

    public string? ProfileFingerprint { get; init; }

    public string? PerceptualHash { get; init; }

    public string? RejectionCode { get; init; }

    public string? RejectionReason { get; init; }

    public string? FailureCode { get; init; }

    public string? FailureReason { get; init; }

    public WorkState Work { get; init; }

    public int Attempt { get; init; }

    public int Revision { get; init; }

    public bool HasFollowUp { get; init; }

    public DateTimeOffset? DispatchAt { get; init; }

    public AssetVisibility Visibility { get; init; }

    public bool IsTemporary { get; init; }

    public DateTimeOffset? DeleteAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static AssetSnapshot Of(Asset asset) => new()
    {
        BatchId = asset.BatchId,
        Status = asset.Status,
        Version = asset.Version,
        FileName = asset.FileName,
        ClaimedType = asset.ClaimedType,
        Size = asset.Size,
        Sha256 = asset.Sha256,
        Profile = asset.Profile,
        FocalX = asset.FocalX,
        FocalY = asset.FocalY,
        Publication = asset.Publication,
        ProfileFingerprint = asset.ProfileFingerprint,
        PerceptualHash = asset.PerceptualHash,
        RejectionCode = asset.RejectionCode,
        RejectionReason = asset.RejectionReason,
        FailureCode = asset.FailureCode,
        FailureReason = asset.FailureReason,
        Work = asset.Work,
        Attempt = asset.Attempt,
        Revision = asset.Revision,
        HasFollowUp = asset.OnceMore,
        DispatchAt = asset.DispatchAt,
        Visibility = asset.Visibility,
        IsTemporary = asset.IsTemporary,
        DeleteAt = asset.DeleteAt,
        CreatedAt = asset.CreatedAt,
        ConfirmedAt = asset.ConfirmedAt,
        ReadyAt = asset.ReadyAt,
        UpdatedAt = asset.UpdatedAt,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <returns>Null if there is none, or if someone edited it so that it cannot be read.</returns>
    public static AssetSnapshot? Parse(string? json)
    {
        if (json is null) return null;
        try
        {
            return JsonSerializer.Deserialize<AssetSnapshot>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // As precise as the columns of the row, so that an event shows the times that a GET shows.
    private sealed class Microseconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond)));
    }
}
