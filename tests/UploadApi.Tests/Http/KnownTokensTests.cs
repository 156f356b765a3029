using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Pipeline.TestKit;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

/// <summary>A token that was found valid is believed until its end, or until the keys change.</summary>
public sealed class KnownTokensTests
{
    private static readonly AuthenticationScheme Scheme = new("Bearer", displayName: null, typeof(JwtBearerHandler));
    // Tokens are valid from the time of this machine.
    private readonly ManualTime _time = new(TimeProvider.System.GetUtcNow());
    private readonly Authority _authority = new();
    private readonly JwtBearerOptions _options = new() { TokenValidationParameters = { ClockSkew = TimeSpan.FromSeconds(30) } };
    private readonly KnownTokens _known;

    public KnownTokensTests() => _known = new KnownTokens(_time);

    [Fact]
    public async Task A_token_is_known_until_its_end_and_no_longer()
    {
        var token = Token("ada", TimeSpan.FromMinutes(5));
        (await FindAsync(token)).ShouldBeNull();
        await AddAsync(token, "ada");
        (await FindAsync(token)).ShouldBe("ada");

        _time.Advance(TimeSpan.FromSeconds(325));
        (await FindAsync(token)).ShouldBe("ada");
        _time.Advance(TimeSpan.FromSeconds(6));
        (await FindAsync(token)).ShouldBeNull();
        _known.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_token_that_differs_in_one_letter_is_unknown()
    {
        var token = Token("ada", TimeSpan.FromMinutes(5));
        await AddAsync(token, "ada");

        (await FindAsync(token[..^1] + (token[^1] == 'A' ? 'B' : 'A'))).ShouldBeNull();
        (await FindAsync(Token("eve", TimeSpan.FromMinutes(5)))).ShouldBeNull();
        (await FindAsync("")).ShouldBeNull();
    }

    [Fact]
    public async Task New_keys_of_the_authority_make_every_token_unknown()
    {
        _options.ConfigurationManager = _authority;
        var token = Token("ada", TimeSpan.FromMinutes(5));
        await AddAsync(token, "ada");
        (await FindAsync(token)).ShouldBe("ada");

        _authority.Now = new OpenIdConnectConfiguration();
        (await FindAsync(token)).ShouldBeNull();
        await AddAsync(token, "ada");
        (await FindAsync(token)).ShouldBe("ada");
    }

    [Fact]
    public async Task The_number_of_known_tokens_is_bounded_and_those_in_use_stay()
    {
        var used = Token("ada", TimeSpan.FromMinutes(5));
        await AddAsync(used, "ada");
        for (var i = 0; i < 30_000; i++)
        {
            var token = new JsonWebToken($"{used[..used.LastIndexOf('.')]}.{i:D43}");
            await AddAsync(token.EncodedToken, "eve");
            if (i % 1_000 == 0) (await FindAsync(used)).ShouldBe("ada");
        }

        _known.Count.ShouldBeLessThanOrEqualTo(20_000);
    }

    [Fact]
    public async Task A_known_token_still_says_when_it_ends()
    {
        var token = Token("ada", TimeSpan.FromMinutes(5));
        await AddAsync(token, "ada");
        var context = await AskAsync(token);

        context.Result.ShouldNotBeNull().Properties.ShouldNotBeNull().ExpiresUtc.ShouldBe(new DateTimeOffset(new JsonWebToken(token).ValidTo));
    }

    private string Token(string user, TimeSpan life) => AppToken.For(user, ApiHost.Secret, expires: _time.GetUtcNow() + life);

    private async Task<string?> FindAsync(string token) => (await AskAsync(token)).Result?.Principal?.FindFirstValue("userId");

    private async Task<MessageReceivedContext> AskAsync(string token)
    {
        var http = new DefaultHttpContext { Request = { Headers = { Authorization = $"Bearer {token}" } } };
        var context = new MessageReceivedContext(http, Scheme, _options);
        await _known.FindAsync(context);
        return context;
    }

    private Task AddAsync(string token, string user) => _known.AddAsync(new TokenValidatedContext(new DefaultHttpContext(), Scheme, _options)
    {
        SecurityToken = new JsonWebToken(token),
        Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim("userId", user)], "test")),
    });

    private sealed class Authority : IConfigurationManager<OpenIdConnectConfiguration>
    {
        public OpenIdConnectConfiguration Now { get; set; } = new();

        public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => Task.FromResult(Now);

        public void RequestRefresh()
        {
        }
    }
}
