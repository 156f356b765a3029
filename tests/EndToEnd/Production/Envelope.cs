using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>Messages in their wire format, so that a test can send values that our types cannot hold.</summary>
internal static class Envelope
{
    /// <summary>The exchange of a message type, as the bus names it.</summary>
    public static string ExchangeOf<T>() => $"Pipeline.Contracts:{typeof(T).Name}";

    public static JsonObject Of(object message) => new()
    {
        ["messageId"] = Guid.NewGuid().ToString(),
        ["messageType"] = new JsonArray($"urn:message:Pipeline.Contracts:{message.GetType().Name}"),
        ["message"] = JsonSerializer.SerializeToNode(message, message.GetType(), JsonSerializerOptions.Web),
        ["sentTime"] = "2026-01-01T00:00:00Z",
    };

    public static byte[] Bytes(JsonNode envelope) => Encoding.UTF8.GetBytes(envelope.ToJsonString());

    public static ProcessingStarted Started(Guid id) => new() { AssetId = id, Revision = 1, Attempt = 1, Worker = "worker (1.0)" };

    public static ProcessingContinues Continues(Guid id) => new() { AssetId = id, Revision = 1, Attempt = 1 };

    public static AssetReady Ready(Guid id) => new()
    {
        AssetId = id,
        Revision = 1,
        Attempt = 1,
        Original = new FrozenOriginal { Key = ObjectKey.Original(id, Sha256).Value, ETag = "e1", Sha256 = Sha256, Size = 3, ContentType = "image/jpeg" },
        Width = 640,
        Height = 480,
        Frames = 1,
        Placeholder = new Placeholder { ThumbHash = "aGFzaA==", DataUrl = "data:image/webp;base64,UklGRg==", Color = "#102030" },
        Variants =
        [
            new AssetVariant
            {
                Name = "w320", Format = "jpeg", ContentType = "image/jpeg", Width = 320, Height = 240, Bytes = 3, Sha256 = Sha256, Key = ObjectKey.Variant(id, "0a1b", "w320", "jpg").Value,
            },
        ],
        Recipe = "0a1b",
        Scanner = "scanner 1",
        Engine = "engine 1",
    };

    public static AssetRejected Rejected(Guid id) => new() { AssetId = id, Revision = 1, Attempt = 1, Code = RejectionCode.Corrupt, Reason = "It does not decode.", Scanner = "scanner 1" };

    public static ProcessingFailed Failed(Guid id) => new() { AssetId = id, Revision = 1, Attempt = 1, Code = FailureCode.Internal, Reason = "Something." };

    public static RescanEnded Rescanned(Guid id) => new()
    {
        AssetId = id, RunId = Guid.Parse("01935b1e-0000-7000-8000-0000000000bb"), Attempt = 1, Verdict = RescanVerdict.Infected, Scanner = "scanner 1", Signature = "Bad",
    };

    public static ProfilesAnnounced Profiles() => new()
    {
        Worker = "worker (1.0)", Engine = "engine 1", Profiles = [new AnnouncedProfile { Name = "web", Fingerprint = "00000000000000f1" }],
    };

    public static UploadConfirmed Upload(Guid id) => new()
    {
        AssetId = id,
        Revision = 1,
        Attempt = 1,
        Profile = "web",
        Source = new SourceObject { Area = SourceArea.Incoming, Key = "uploads/mallory/1-00.jpg", ETag = "e1", Size = 3, ClaimedType = "image/jpeg" },
    };

    private static string Sha256 { get; } = string.Concat(Enumerable.Repeat("00ff", 16));
}
