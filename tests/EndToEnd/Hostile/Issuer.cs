using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.EndToEnd.Hostile;

/// <summary>A minimal OpenID Connect issuer: a discovery document and a key.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Issuer(WebApplication app) => _app = app;

    public RSA Rsa { get; } = RSA.Create(2048);

    public RsaSecurityKey Key => new(Rsa) { KeyId = "key-1" };

    public string Address => _app.Urls.Single();

    public static async Task<Issuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new Issuer(builder.Build());
        issuer._app.Run(issuer.AnswerAsync);
        await issuer._app.StartAsync();
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Rsa.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var key = Rsa.ExportParameters(includePrivateParameters: false);
        return context.Request.Path.Value == "/.well-known/openid-configuration"
            ? context.Response.WriteAsync($$"""{"issuer":"{{Address}}","jwks_uri":"{{Address}}/keys"}""")
            : context.Response.WriteAsync(
                $$"""{"keys":[{"kty":"RSA","use":"sig","kid":"key-1","alg":"RS256","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}""");
    }
}
