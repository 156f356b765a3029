using Microsoft.IdentityModel.Tokens;

namespace Pipeline.UploadApi.Http;

/// <summary>Checks the lifetime of a token by the API's own clock. The rules are the library's, whose clock cannot be set.</summary>
internal static class TokenLifetime
{
    /// <returns>True; otherwise it throws an exception with the reason.</returns>
    public static bool IsNow(DateTime? notBefore, DateTime? expires, DateTimeOffset now, TimeSpan tolerance)
    {
        if (expires is not { } end) throw new SecurityTokenNoExpirationException("The token has no expiry.");
        if (notBefore > end) throw new SecurityTokenInvalidLifetimeException("The token expires before it becomes valid.") { NotBefore = notBefore, Expires = expires };
        if (notBefore > (now + tolerance).UtcDateTime) throw new SecurityTokenNotYetValidException("The token is not valid yet.") { NotBefore = notBefore.Value };
        if (end < (now - tolerance).UtcDateTime) throw new SecurityTokenExpiredException("The token has expired.") { Expires = end };
        return true;
    }
}
