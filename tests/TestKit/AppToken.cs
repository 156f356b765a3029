using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.TestKit;

/// <summary>A token as an app signs it for its user, with the secret that it shares with the API.</summary>
public static class AppToken
{
    public static string For(string userId, string secret, string? role = null, string? tenant = null, DateTimeOffset? expires = null)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["userId"] = userId };
        if (role is not null) claims["role"] = role;
        if (tenant is not null) claims["tenant"] = tenant;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            Expires = expires?.UtcDateTime,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256),
        });
    }
}
