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
        if (format is not (null or "jpeg" or "webp") || w is < 1)
            return Problem.BadRequest("'w' is a width in pixels from 1, 'format' is jpeg or webp.").ToResult();

        var wanted = format ?? (AcceptsWebp(context.Request) ? "webp" : "jpeg");

        // Short: a reprocess gives other names, and a page should follow soon.
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Redirect(areas.PublicUrl(ObjectKey.Parse(Best(published.Variants, wanted, w).Key)).AbsoluteUri);
    }

    /// <summary>The smallest variant that is wide enough, or the widest.</summary>
    internal static AssetVariant Best(IEnumerable<AssetVariant> variants, string format, int? width)
    {
        var bySize = variants.Where(v => v.Format == format).OrderBy(v => v.Width).ToList();
        return bySize.Find(v => v.Width >= (width ?? int.MaxValue)) ?? bySize[^1];
    }

    // A wildcard is no promise: every browser that shows WebP says so by name.
    private static bool AcceptsWebp(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals("image/webp", StringComparison.OrdinalIgnoreCase) && a.Quality is null or > 0);
}
