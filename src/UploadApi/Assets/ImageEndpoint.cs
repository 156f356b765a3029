using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Pipeline.Contracts;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Assets;

/// <summary><c>GET /api/assets/{id}/image</c>: sends a browser to the variant that fits it. Anonymous: what is published is public.</summary>
internal sealed class ImageEndpoint(AssetDbContext db, StorageAreas areas)
{
    public async Task<IResult> HandleAsync(Guid id, int? w, string? format, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.Vary = HeaderNames.Accept;
        var asset = await db.Assets.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        if (asset?.Publication is not { } published) return Problem.NotFound().ToResult();
        if ((format is not null && !VariantChoice.Formats.Contains(format)) || w is < 1)
            return Problem.BadRequest($"'w' is a width in pixels from 1, 'format' is one of {string.Join(", ", VariantChoice.Formats)}.").ToResult();
        List<AssetVariant> variants = [.. published.Shown()];
        var best = format is null
            ? VariantChoice.Pick(variants, Accepted(context.Request), w) ?? VariantChoice.Pick(variants, VariantChoice.Formats, w)
            : VariantChoice.Pick(variants, [format], w);
        if (best is null) return Problem.NotFound().ToResult();

        // Short: a reprocess gives other names, and a page should follow soon.
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Redirect(areas.PublicUrl(ObjectKey.Parse(best.Key)).AbsoluteUri);
    }

    // A wildcard is no promise: every browser that shows AVIF or WebP says so by name. JPEG shows everywhere.
    private static string[] Accepted(HttpRequest request)
    {
        var named = request.GetTypedHeaders().Accept.Where(a => a.Quality is null or > 0).Select(a => a.MediaType.Value).ToList();
        return [.. VariantChoice.Formats.Where(format => format == "jpeg" || named.Contains($"image/{format}", StringComparer.OrdinalIgnoreCase))];
    }
}
