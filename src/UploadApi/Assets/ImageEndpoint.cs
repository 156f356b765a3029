using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Pipeline.Assets;
using Pipeline.Contracts;
using Pipeline.UploadApi.Delivery;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <summary>
/// <c>GET /api/assets/{id}/image</c>: redirects a browser to the variant that fits it. Anonymous for public assets.
/// </summary>
internal sealed class ImageEndpoint(VisibleAssets assets)
{
    private static readonly TimeSpan PrivateUrlLife = TimeSpan.FromMinutes(5);

    public async Task<IResult> HandleAsync(Guid id, int? w, string? format, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        var asset = await assets.FindAsync(id, context.User, cancellationToken);
        VisibleAssets.SetCaching(context.Response, null);
        if (asset is null) return Problem.NotFound().ToResult();
        if (format is "jpg") format = "jpeg";
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (w is < 1) errors["w"] = ["must be a width in pixels, at least 1"];
        if (format is not null && !VariantChoice.Formats.Contains(format)) errors["format"] = [$"must be one of {string.Join(", ", VariantChoice.Formats)}"];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();
        List<AssetVariant> variants = [.. asset.Publication.Shown()];
        var best = format is null
            ? VariantChoice.Pick(variants, Accepted(context.Request), w) ?? VariantChoice.Pick(variants, VariantChoice.Formats, w)
            : VariantChoice.Pick(variants, [format], w);
        if (best is null) return Problem.NotFound().ToResult();

        VisibleAssets.SetCaching(context.Response, asset);
        return Results.Redirect(assets.UrlOf(asset, best, PrivateUrlLife).AbsoluteUri);
    }

    // Ignore wildcards: every browser that shows AVIF or WebP names it. Every browser shows JPEG.
    private static string[] Accepted(HttpRequest request)
    {
        var named = request.GetTypedHeaders().Accept.Where(a => a.Quality is null or > 0).Select(a => a.MediaType.Value).ToList();
        return [.. VariantChoice.Formats.Where(format => format == "jpeg" || named.Contains($"image/{format}", StringComparer.OrdinalIgnoreCase))];
    }
}
