using System.Reflection;
using Microsoft.Net.Http.Headers;

namespace Pipeline.AllInOne.Home;

/// <summary>The guides at <c>/guides</c>, which the pages link to.</summary>
internal static class Guides
{
    private static readonly string[] Names = ["README.md", "api.md", "cli.md", "configuration.md", "operations.md"];

    public static void MapGuides(this IEndpointRouteBuilder app)
    {
        foreach (var name in Names)
        {
            var file = Read(name);
            app.MapMethods($"/guides/{name}", [HttpMethods.Get, HttpMethods.Head], (HttpContext context) =>
            {
                context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
                // As plain text, which every browser displays; Markdown would be downloaded.
                return Results.Bytes(file, "text/plain; charset=utf-8");
            }).AllowAnonymous().ExcludeFromDescription();
        }
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
