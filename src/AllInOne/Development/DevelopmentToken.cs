using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pipeline.UploadApi.Http;

namespace Pipeline.AllInOne.Development;

internal sealed record TokenRequest(string? UserId, string? Role = null);

internal sealed record TokenResponse(string Token, DateTimeOffset ExpiresAt);

/// <summary><c>POST /dev/token</c>: anyone on this machine gets a token for any user. In the embedded mode only.</summary>
internal static class DevelopmentToken
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void MapDevelopmentToken(this IEndpointRouteBuilder app) => app
        .MapPost("/dev/token", (TokenRequest body, HttpContext context, IOptions<AuthOptions> auth, TimeProvider time) =>
        {
            if (!IsFromThisMachine(context)) return Results.NotFound();
            if (body.UserId is not { Length: > 0 and <= 128 }) return Wrong("'userId' must have 1 to 128 characters.");
            if (body.Role is not (null or "admin")) return Wrong("'role' is 'admin' or left out.");
            return auth.Value.Secret is { } secret
                ? Results.Ok(Sign(body, secret, time.GetUtcNow() + Lifetime))
                : Wrong("Tokens are made by 'Auth:Authority' here; ask it for one.");
        })
        .AllowAnonymous()
        .ExcludeFromDescription();

    // A proxy on this machine would make everyone local, and a rebound DNS name would let a web page in: both show in the headers. Where the
    // framework is told to believe X-Forwarded-For, it takes the address from there and leaves the true one in X-Original-For.
    private static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("X-Original-For")
        && !context.Request.Headers.ContainsKey("Forwarded")
        && (context.Request.Host.Host is "localhost" || (IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)));

    private static TokenResponse Sign(TokenRequest request, string secret, DateTimeOffset expires)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["userId"] = request.UserId!, ["sub"] = request.UserId! };
        if (request.Role is { } role) claims["role"] = role;
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256),
        });
        return new TokenResponse(token, expires);
    }

    private static IResult Wrong(string why) => Results.Problem(why, statusCode: 400, extensions: [new("code", "invalid_request")]);
}
