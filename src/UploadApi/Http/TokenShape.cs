using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.UploadApi.Http;

/// <summary>What the library's claims no longer show of a token: they are text whatever the JSON was, and an array becomes several of them.</summary>
internal static class TokenShape
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Whether the header wants something understood that we do not know; such a token must be refused (RFC 7515, 4.1.11).</summary>
    public static bool HasCriticalHeader(JsonWebToken token) =>
        Read(token.EncodedHeader, header => header.TryGetProperty("crit", out _)) ?? true;

    /// <summary>Whether <c>userId</c>, or <c>sub</c> where there is none, is one string. A number or a list could be taken for somebody else.</summary>
    public static bool NamesOneUser(JsonWebToken token) => Read(
        token.EncodedPayload,
        claims => (claims.TryGetProperty("userId", out var user) || claims.TryGetProperty("sub", out user)) && user.ValueKind == JsonValueKind.String) ?? false;

    /// <returns>Null where the part is not one object, each name in it once: what one reader sees, another might not.</returns>
    private static bool? Read(string encoded, Func<JsonElement, bool> ask)
    {
        try
        {
            using var part = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(encoded), Strict);
            return part.RootElement.ValueKind == JsonValueKind.Object ? ask(part.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}
