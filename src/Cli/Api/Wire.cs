using System.Text.Json;

namespace Pipeline.Cli.Api;

/// <summary>The JSON types of the API that the CLI reads; unknown members are kept in <see cref="Answer{T}.Json"/>.</summary>
static class Wire
{
    /// <summary>Strict about required members, so that a missing id is an unexpected answer and not a null that surfaces later.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}

/// <summary>An answer, both parsed and as the server's JSON.</summary>
sealed record Answer<T>(T Value, JsonElement Json);

/// <param name="Sha256">
/// SHA-256 of the bytes, 64 lower-case hex digits: the storage refuses other bytes, and the server finds the file by it.
/// </param>
sealed record PresignRequest(string Filename, string ContentType, long FileSize, string? Sha256, string? Profile);

/// <summary>A presigned upload. The URL is a secret, like a password: it is never printed.</summary>
sealed record PresignedUpload(string Id, string UploadUrl, string Method = "PUT", Dictionary<string, string>? Headers = null)
{
    public override string ToString() => $"upload of {Id}";
}

sealed record Confirmed(string Id, string Status);

sealed record Reprocessing(string Id, int Revision);

/// <param name="Key">The token key from the server's data folder.</param>
/// <param name="UserId">The user of the token.</param>
/// <param name="Role">The role, or null for none.</param>
sealed record TokenRequest(string Key, string UserId, string? Role)
{
    public override string ToString() => $"token for {UserId}";
}

/// <param name="Key">Valid for one use; never logged.</param>
/// <param name="ExpiresAt">When the key expires.</param>
sealed record SignInLink(string Key, DateTimeOffset ExpiresAt)
{
    public override string ToString() => "sign-in link";
}

sealed record DevToken(string Token)
{
    public override string ToString() => "a token";
}

/// <summary>Which assets to list.</summary>
sealed record AssetFilter(string? Status = null, bool Stale = false);

sealed record AssetPage(JsonElement[] Items, string? NextCursor = null);

sealed record Timeline(AssetEvent[] Events, string? NextCursor = null);

/// <param name="At">The time of the event.</param>
/// <param name="Kind">The kind of event.</param>
/// <param name="Detail">Text, or an object that is shown as raw JSON.</param>
sealed record AssetEvent(DateTimeOffset At, string Kind, JsonElement Detail = default)
{
    public string DetailText => Detail.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => Detail.GetString() ?? "",
        _ => Detail.GetRawText(),
    };
}
