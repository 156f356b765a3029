using System.Text.Json;

namespace Pipeline.Cli.Api;

/// <summary>What the CLI reads of the API's JSON; members that it does not know pass through <see cref="Answer{T}.Json"/>.</summary>
static class Wire
{
    /// <summary>Strict on what is required, so that a missing id is an unexpected answer and not a null that surfaces later.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}

/// <summary>An answer as we read it and as the server wrote it.</summary>
sealed record Answer<T>(T Value, JsonElement Json);

/// <param name="Sha256">Of the bytes, 64 lower-case hex digits: the storage refuses others, and the server finds the file by it.</param>
sealed record PresignRequest(string Filename, string ContentType, long FileSize, string? Sha256, string? Profile);

/// <summary>Where a file may be put. The URL is as good as a password: it is never printed.</summary>
sealed record PresignedUpload(string Id, string UploadUrl, string Method = "PUT", Dictionary<string, string>? Headers = null)
{
    public override string ToString() => $"upload of {Id}";
}

sealed record Confirmed(string Id, string Status);

sealed record Reprocessing(string Id, int Revision);

/// <param name="Key">Of the server's data folder.</param>
/// <param name="UserId">Who the token is for.</param>
/// <param name="Role">Null for none.</param>
sealed record TokenRequest(string Key, string UserId, string? Role)
{
    public override string ToString() => $"token for {UserId}";
}

/// <param name="Key">Good for one use; never in a log.</param>
/// <param name="ExpiresAt">Until when.</param>
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

/// <param name="At">When.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">Text, or an object that is shown as it is.</param>
sealed record AssetEvent(DateTimeOffset At, string Kind, JsonElement Detail = default)
{
    public string DetailText => Detail.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => Detail.GetString() ?? "",
        _ => Detail.GetRawText(),
    };
}
