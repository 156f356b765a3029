using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Pipeline.Hosting;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Web;

/// <summary>The pages for people, which call the API like any other client.</summary>
public static class WebPages
{
    // Each route of web/src/App.tsx and web/src/admin/AdminPage.tsx, so that an unknown address stays a 404.
    private static readonly string[] Pages =
    [
        "/", "/gallery", "/a/{id}", "/signed-in",
        "/admin", "/admin/assets", "/admin/assets/{id}", "/admin/runs", "/admin/runs/{id}", "/admin/jobs", "/admin/webhooks",
    ];

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    internal static void AddWeb(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<WebOptions>(configuration, WebOptions.Section)
            .Validate<IOptions<AuthOptions>>(
                (web, auth) => web.ClientId is null || auth.Value.Authority is not null,
                "'Web:ClientId' names a client of 'Auth:Authority': set that one as well, or remove it");
        services.AddSingleton<WebFiles>().AddSingleton<PagePolicy>();
    }

    /// <summary>Maps the pages unless <see cref="WebOptions.Enabled"/> is off.</summary>
    public static void MapWebIfEnabled(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<WebOptions>>().Value.Enabled) app.MapWeb();
    }

    /// <summary>Maps the pages.</summary>
    /// <param name="app">The application.</param>
    /// <param name="hasSignInLinks">Whether this server signs people in by one-time links.</param>
    /// <param name="hasGuides">Whether this server has the guides at <c>/guides</c>.</param>
    public static void MapWeb(this WebApplication app, bool hasSignInLinks = false, bool hasGuides = false)
    {
        var (files, policy, web, auth) = (
            app.Services.GetRequiredService<WebFiles>(), app.Services.GetRequiredService<PagePolicy>(),
            app.Services.GetRequiredService<IOptions<WebOptions>>().Value, app.Services.GetRequiredService<IOptions<AuthOptions>>().Value);
        var settings = JsonSerializer.Serialize(
            new
            {
                SignInLinks = hasSignInLinks,
                Guides = hasGuides,
                web.ClientId,
                web.Scope,
                Authority = web.ClientId is null ? null : auth.Authority,
                Audience = web.ClientId is null ? null : auth.Audience,
            },
            Json);
        var page = files.Page.Replace("__SETTINGS__", WebUtility.HtmlEncode(settings), StringComparison.Ordinal);

        foreach (var path in Pages)
        {
            Open(app, path, http =>
            {
                var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                http.Response.Headers.ContentSecurityPolicy = policy.With(nonce);
                http.Response.Headers.CacheControl = "no-cache";
                return Results.Text(page.Replace("__NONCE__", nonce, StringComparison.Ordinal), "text/html; charset=utf-8");
            });
        }

        foreach (var path in files.Paths)
        {
            Open(app, $"/{path}", http =>
            {
                var file = files[path];
                var acceptsGzip = http.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality != 0);
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
                // A short file would only grow.
                var isCompressed = acceptsGzip && file.Gzip.Length < file.Bytes.Length;
                if (isCompressed) http.Response.Headers.ContentEncoding = "gzip";
                return Results.Bytes(isCompressed ? file.Gzip : file.Bytes, file.ContentType);
            });
        }
    }

    private static void Open(IEndpointRouteBuilder app, string path, Func<HttpContext, IResult> answer) =>
        app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], answer).AllowAnonymous().ExcludeFromDescription();
}
