using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pipeline.Assets;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Http;

/// <summary>Bearer tokens: HS256 by a shared secret, or an OpenID Connect authority's keys.</summary>
internal static class Authentication
{
    private const int MaxUserIdLength = 128;

    // Encoding turns a byte into up to three characters, and object keys and metadata have a limited length.
    private const int MaxUserIdBytes = 256;

    private const string NoUser = "no user";
    private const string NoTenant = "no tenant";
    private const string CriticalHeader = "critical header";

    // Several steps of a request ask, and the requests of a known token share its user.
    private static readonly ConditionalWeakTable<ClaimsPrincipal, Caller> Callers = [];

    public static IServiceCollection AddTokenAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddSingleton<KnownTokens>();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<AuthOptions>, TimeProvider, KnownTokens>(Configure);
        services.AddRolePolicies();
        return services;
    }

    /// <summary>The user of an authenticated request.</summary>
    public static Caller ToCaller(this ClaimsPrincipal user) => Callers.GetValue(user, Read);

    private static Caller Read(ClaimsPrincipal user) => new(
        FindTenantId(user) ?? throw NoToken(),
        FindUserId(user) ?? throw NoToken(),
        user.FindAll("role").Select(role => role.Value).ToHashSet(StringComparer.Ordinal));

    private static InvalidOperationException NoToken() => new("This endpoint does not require a token, so there is no user.");

    private static void Configure(JwtBearerOptions jwt, IOptions<AuthOptions> options, TimeProvider time, KnownTokens known)
    {
        var auth = options.Value;
        jwt.MapInboundClaims = false;
        jwt.TokenValidationParameters = new TokenValidationParameters
        {
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateLifetime = true,
            ClockSkew = TimeSpan.FromSeconds(30),
            LifetimeValidator = (notBefore, expires, _, parameters) => TokenLifetime.IsNow(notBefore, expires, time.GetUtcNow(), parameters.ClockSkew),
            ValidateAudience = auth.Audience is not null,
            ValidAudience = auth.Audience,
            ValidateIssuer = auth.Authority is not null,
            RoleClaimType = "role",
            NameClaimType = "sub",
        };
        if (auth.Secret is { } secret)
        {
            string[] secrets = auth.PreviousSecret is { } previous ? [secret, previous] : [secret];
            jwt.TokenValidationParameters.IssuerSigningKeys = secrets.Select(text => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(text))).ToList();
            jwt.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
        }
        else
        {
            jwt.Authority = auth.Authority!.AbsoluteUri;
            jwt.RequireHttpsMetadata = !auth.Authority.IsLoopback;
            jwt.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];
        }

        jwt.SaveToken = false;
        jwt.Events = new JwtBearerEvents
        {
            OnMessageReceived = known.FindAsync,
            OnTokenValidated = context => JudgeClaimsAsync(context, known),
            OnChallenge = AnswerWithReason,
        };
    }

    private static Task JudgeClaimsAsync(TokenValidatedContext context, KnownTokens known)
    {
        var token = (JsonWebToken)context.SecurityToken;
        if (TokenShape.HasCriticalHeader(token)) context.Fail(new SecurityTokenException(CriticalHeader));
        else if (!TokenShape.NamesOneUser(token) || FindUserId(context.Principal!) is null) context.Fail(new SecurityTokenException(NoUser));
        else if (!TokenShape.NamesAtMostOneTenant(token) || FindTenantId(context.Principal!) is null) context.Fail(new SecurityTokenException(NoTenant));
        else return known.AddAsync(context);
        return Task.CompletedTask;
    }

    private static string? FindUserId(ClaimsPrincipal user) =>
        (user.FindFirstValue("userId") ?? user.FindFirstValue("sub")) is { Length: > 0 and <= MaxUserIdLength } id
        && Encoding.UTF8.GetByteCount(id) <= MaxUserIdBytes && !id.Any(char.IsControl) ? id : null;

    private static string? FindTenantId(ClaimsPrincipal user) => user.FindFirstValue("tenant") switch
    {
        null => Caller.DefaultTenant,
        { Length: > 0 and <= Caller.MaxTenantLength } id when id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') => id,
        _ => null,
    };

    private static async Task AnswerWithReason(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await Problem.Unauthorized(context.AuthenticateFailure switch
        {
            null => "There is no token.",
            SecurityTokenExpiredException => "The token has expired.",
            SecurityTokenInvalidAudienceException => "The token is for another audience.",
            SecurityTokenNoExpirationException => "The token has no expiry.",
            SecurityTokenException { Message: NoUser } => $"The token has no user: it needs a claim 'userId' or 'sub', a string of 1 to {MaxUserIdLength} characters, at most {MaxUserIdBytes} bytes, no control characters.",
            SecurityTokenException { Message: NoTenant } => $"The token's claim 'tenant' must be a string of 1 to {Caller.MaxTenantLength} of A-Z, a-z, 0-9, '.', '_' and '-', or be left out.",
            SecurityTokenException { Message: CriticalHeader } => "The token has a 'crit' header, and this API supports no such extensions.",
            _ => "The token is not valid.",
        }).WriteAsync(context.Response);
    }
}
