using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// Checks the raw JSON of a token, because the library's claims hide its shape: every value becomes text, and an array becomes several
/// claims.
/// </summary>
internal static class TokenShape
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// Whether the header names critical extensions. This API supports none, so such a token must be refused (RFC 7515, 4.1.11).
    /// </summary>
    public static bool HasCriticalHeader(JsonWebToken token) =>
        Read(token.EncodedHeader, header => header.TryGetProperty("crit", out _)) ?? true;

    /// <summary>
    /// Whether <c>userId</c>, or <c>sub</c> if there is none, is a single string. A number or a list could be mistaken for another user.
    /// </summary>
    public static bool NamesOneUser(JsonWebToken token) => Read(
        token.EncodedPayload,
        claims => (claims.TryGetProperty("userId", out var user) || claims.TryGetProperty("sub", out user)) && user.ValueKind == JsonValueKind.String) ?? false;

    /// <summary>Whether <c>tenant</c> is a single string or is left out.</summary>
    public static bool NamesAtMostOneTenant(JsonWebToken token) => Read(
        token.EncodedPayload, claims => !claims.TryGetProperty("tenant", out var tenant) || tenant.ValueKind == JsonValueKind.String) ?? false;

    /// <returns>Null if the part is not a JSON object with unique names, because another reader might see other values.</returns>
    private static bool? Read(string encoded, Func<JsonElement, bool> ask)
    {
        try
        {
            using var part = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(encoded), Strict);
            return part.RootElement.ValueKind == JsonValueKind.Object ? ask(part.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException) // the last for half of a surrogate pair
        {
            return null;
        }
    }
}
