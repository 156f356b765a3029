using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Pipeline.EndToEnd.Production;

namespace Pipeline.EndToEnd.Hostile;

/// <summary>Tokens of an issuer, and tokens of a secret with a required audience.</summary>
public sealed class AuthorityTests
{
    [Fact]
    public async Task Of_an_issuer_only_its_own_tokens_for_this_audience_are_believed()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        var api = await servers.StartApiAsync(("JWT_SECRET", ""), ("Auth__Authority", issuer.Address), ("Auth__Audience", "pipeline"));
        using var http = new HttpClient { BaseAddress = api.Address };
        var probe = new Probe(http);
        using var stranger = RSA.Create(2048);
        string Sign(SecurityKey key, string audience = "pipeline", string? by = null, string algorithm = SecurityAlgorithms.RsaSha256, int hours = 1) => Forged.Sign(
            key, algorithm, audience: audience, issuer: by ?? issuer.Address, expires: TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(hours));

        await probe.SendAsync("good", Probe.Request("GET", "/api/assets", Sign(issuer.Key)), 200);
        foreach (var (wrong, token) in new[]
        {
            ("another audience", Sign(issuer.Key, audience: "billing")),
            ("another issuer", Sign(issuer.Key, by: "https://evil.example")),
            ("expired", Sign(issuer.Key, hours: -1)),
            ("another key", Sign(new RsaSecurityKey(stranger) { KeyId = "key-1" })),
            ("the public key as a secret", Sign(Forged.Confused(issuer.Rsa), algorithm: SecurityAlgorithms.HmacSha256)),
            ("a longer hash", Sign(issuer.Key, algorithm: SecurityAlgorithms.RsaSha512)),
        })
        {
            var answer = await probe.SendAsync(wrong, Probe.Request("GET", "/api/assets", token), 401);
            answer.Code.ShouldBe("unauthorized");
            api.Log.Contains(token.Split('.')[2], StringComparison.Ordinal).ShouldBeFalse(wrong);
        }

        foreach (var (wrong, token) in Forged.All(new string('s', 40))) await probe.SendAsync(wrong, Probe.Request("GET", "/api/assets", token), 401);
        probe.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_for_another_audience_or_none_is_refused_on_every_route_where_one_is_set()
    {
        const string Secret = "a secret that is long enough for HS256, and of no worth";
        await using var server = await Server.StartAsync(("JWT_SECRET", Secret), ("Auth__Audience", "pipeline"));
        using var http = new HttpClient { BaseAddress = server.Address };
        var probe = new Probe(http);
        await probe.SendAsync("good", Probe.Request("GET", "/api/assets", Forged.Sign(Forged.Key(Secret), audience: "pipeline")), 200);
        foreach (var operation in (await ApiSurface.OfAsync(http)).Operations.Where(o => o.WantsToken))
        {
            foreach (var audience in new[] { "billing", "Pipeline", null })
            {
                var body = operation.Body(Guid.Empty) is { } sample ? Probe.Json(sample.ToJsonString()) : null;
                var token = Forged.Sign(Forged.Key(Secret), audience: audience);
                await probe.SendAsync($"{operation}, {audience}", Probe.Request(operation.Method, operation.At(Guid.Empty.ToString()), token, body), 401);
            }
        }

        probe.Faults.ShouldBeEmpty();
    }
}
