using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Client;

/// <summary>The JSON types of the API that the client reads; unknown members are kept in <see cref="Answer{T}.Json"/>.</summary>
internal static class Wire
{
    /// <summary>Strict about required members, so that a missing id is an unexpected answer and not a null that surfaces later.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}

/// <summary>An answer, both parsed and as the server's JSON.</summary>
internal sealed record Answer<T>(T Value, JsonElement Json);

/// <param name="Sha256">
/// SHA-256 of the bytes, 64 lower-case hex digits: the storage refuses other bytes, and the server finds the file by it.
/// </param>
internal sealed record PresignRequest(string Filename, string ContentType, long FileSize, string? Sha256 = null, string? Profile = null);

/// <param name="Files">1 to 100 files.</param>
/// <param name="Temporary">Whether the server deletes the assets a day after they are ready, unless they are kept.</param>
/// <param name="Visibility">Who sees the variants; null for the server's default.</param>
/// <param name="AutoConfirm">Whether the arrival of a file confirms it; null for the server's default.</param>
internal sealed record PresignBatchRequest(
    IReadOnlyList<PresignRequest> Files,
    bool Temporary,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Visibility = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? AutoConfirm = null);


/// <summary>Which parts of an upload the server has.</summary>
/// <param name="Status">The status of the asset.</param>
/// <param name="FileSize">Bytes of the file.</param>
/// <param name="PartSize">Bytes of every part except the last.</param>
/// <param name="PartCount">Number of parts.</param>
/// <param name="Parts">The parts that have arrived.</param>
/// <param name="Missing">The numbers of all others.</param>
internal sealed record PartsState(string Status, long FileSize, long PartSize, int PartCount, ArrivedPart[] Parts, int[] Missing);

internal sealed record ArrivedPart(int Number, long Size);

internal sealed record SignedParts(PartUrl[] Parts);

/// <summary>A presigned part. The URL is a secret: it is never printed.</summary>
internal sealed record PartUrl(int Number, long Size, string Url, string Method = "PUT", Dictionary<string, string>? Headers = null)
{
    public override string ToString() => $"part {Number}";
}

internal sealed record Confirmed(string Id, string Status);

internal sealed record ConfirmedBatch(ConfirmedBatch.Result[] Results)
{
    public sealed record Result(string Id, bool Success, string? Status = null);
}

internal sealed record Reprocessing(string Id, int Revision);

/// <summary>Which assets to list.</summary>
internal sealed record AssetFilter(string? Status = null, bool Stale = false);

internal sealed record AssetPage(JsonElement[] Items, string? NextCursor = null);

/// <param name="Events">The oldest first.</param>
/// <param name="NextCursor">The cursor after the page; null if there is no event yet.</param>
internal sealed record EventPage(JsonElement[] Events, string? NextCursor = null);

internal sealed record Timeline(AssetEvent[] Events, string? NextCursor = null);

/// <param name="At">The time of the event.</param>
/// <param name="Kind">The kind of event.</param>
/// <param name="Detail">Text, or an object that is shown as raw JSON.</param>
internal sealed record AssetEvent(DateTimeOffset At, string Kind, JsonElement Detail = default)
{
    public string DetailText => Detail.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => Detail.GetString() ?? "",
        _ => Detail.GetRawText(),
    };
}
