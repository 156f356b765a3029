using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.UploadApi.Http;

/// <summary>Skips the validation of tokens that <see cref="TokenCache"/> knows. Everything else goes the framework's whole way, so each refusal is the framework's.</summary>
internal sealed class KnownTokens(TimeProvider time)
{
    private const string Scheme = "Bearer ";

    private readonly TokenCache _cache = new();

    internal int Count => _cache.Count;

    public async Task FindAsync(MessageReceivedContext context)
    {
        // As the framework reads it.
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return;
        var token = header[Scheme.Length..].Trim();
        if (_cache.Find(token, await KeysAsync(context.Options, context.HttpContext.RequestAborted)) is not { } known) return;
        if (!IsNow(known, context.Options.TokenValidationParameters.ClockSkew))
        {
            _cache.Remove(token);
            return;
        }

        // As the framework sets them: a stream ends with its token.
        context.Properties.IssuedUtc = OffsetOf(known.NotBefore);
        context.Properties.ExpiresUtc = OffsetOf(known.Expires);
        context.Principal = known.User;
        context.Success();
    }

    /// <summary>Call this for a token that no check has refused.</summary>
    public async Task AddAsync(TokenValidatedContext context)
    {
        var token = (JsonWebToken)context.SecurityToken;
        _cache.Add(
            token.EncodedToken,
            new TokenCache.Entry(context.Principal!, TimeIn(token, JwtRegisteredClaimNames.Nbf, token.ValidFrom), TimeIn(token, JwtRegisteredClaimNames.Exp, token.ValidTo), await KeysAsync(context.Options, context.HttpContext.RequestAborted)));
    }

    private static DateTimeOffset? OffsetOf(DateTime? utc) => utc is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null;

    private static DateTime? TimeIn(JsonWebToken token, string claim, DateTime time) => token.TryGetPayloadValue<object>(claim, out _) ? time : null;

    // The shared secrets are those of the start. An authority's keys change: the object that holds them is another one then, and each token is validated again.
    private static async Task<object?> KeysAsync(JwtBearerOptions options, CancellationToken cancellationToken) =>
        options.ConfigurationManager is { } authority ? await authority.GetConfigurationAsync(cancellationToken) : null;

    private bool IsNow(TokenCache.Entry known, TimeSpan tolerance)
    {
        try
        {
            return TokenLifetime.IsNow(known.NotBefore, known.Expires, time.GetUtcNow(), tolerance);
        }
        catch (SecurityTokenException)
        {
            return false;
        }
    }
}
