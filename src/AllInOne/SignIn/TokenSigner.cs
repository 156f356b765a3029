using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pipeline.UploadApi.Http;

namespace Pipeline.AllInOne.SignIn;

internal sealed record TokenResponse(string Token, DateTimeOffset ExpiresAt, string UserId);

/// <summary>Signs tokens that this server accepts.</summary>
internal sealed class TokenSigner(IOptions<AuthOptions> auth, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <returns>Null if another service issues the tokens: <c>Auth:Authority</c>.</returns>
    public TokenResponse? Sign(Person person)
    {
        if (auth.Value.Secret is not { } secret) return null;
        var expires = time.GetUtcNow() + Lifetime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["userId"] = person.UserId, ["sub"] = person.UserId };
        if (person.Role is { } role) claims["role"] = role;
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            Audience = auth.Value.Audience,
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256),
        });
        return new TokenResponse(token, expires, person.UserId);
    }
}
