using System.Reflection;
using Microsoft.Net.Http.Headers;

namespace Pipeline.AllInOne.Home;

/// <summary>The page at <c>/</c>: describes the server, shows its health and accepts a dropped photo.</summary>
internal static class HomePage
{
    // Only our own files and no inline scripts, so that text in a user's file name never runs as script.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Guides = ["README.md", "api.md", "cli.md", "configuration.md", "operations.md"];

    public static void MapHome(this IEndpointRouteBuilder app)
    {
        app.MapFile("/", "index.html", "text/html; charset=utf-8");
        app.MapFile("/home.css", "home.css", "text/css; charset=utf-8");
        app.MapFile("/home.js", "home.js", "text/javascript; charset=utf-8");

        // As plain text, which every browser displays; Markdown would be downloaded.
        foreach (var guide in Guides) app.MapFile($"/guides/{guide}", guide, "text/plain; charset=utf-8");
    }

    private static void MapFile(this IEndpointRouteBuilder app, string path, string name, string contentType)
    {
        var file = Read(name);
        app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
            return Results.Bytes(file, contentType);
        }).AllowAnonymous().ExcludeFromDescription();
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Home.{name}")
            ?? throw new InvalidOperationException($"The program's file {name} is missing.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
