using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <summary>
/// <c>GET /api/assets/{id}/image</c>: redirects a browser to the variant that fits it. Anonymous, because published images are public.
/// </summary>
internal sealed class ImageEndpoint(AssetDbContext db, StorageAreas areas)
{
    public async Task<IResult> HandleAsync(Guid id, int? w, string? format, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        var asset = await db.Assets.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        if (asset?.Publication is not { } published) return Problem.NotFound().ToResult();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (w is < 1) errors["w"] = ["must be a width in pixels, at least 1"];
        if (format is not null && !VariantChoice.Formats.Contains(format)) errors["format"] = [$"must be one of {string.Join(", ", VariantChoice.Formats)}"];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();
        List<AssetVariant> variants = [.. published.Shown()];
        var best = format is null
            ? VariantChoice.Pick(variants, Accepted(context.Request), w) ?? VariantChoice.Pick(variants, VariantChoice.Formats, w)
            : VariantChoice.Pick(variants, [format], w);
        if (best is null) return Problem.NotFound().ToResult();

        // Short, because a reprocess changes the keys, and pages should follow soon.
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Redirect(areas.PublicUrl(ObjectKey.Parse(best.Key)).AbsoluteUri);
    }

    // Ignore wildcards: every browser that shows AVIF or WebP names it. Every browser shows JPEG.
    private static string[] Accepted(HttpRequest request)
    {
        var named = request.GetTypedHeaders().Accept.Where(a => a.Quality is null or > 0).Select(a => a.MediaType.Value).ToList();
        return [.. VariantChoice.Formats.Where(format => format == "jpeg" || named.Contains($"image/{format}", StringComparer.OrdinalIgnoreCase))];
    }
}
