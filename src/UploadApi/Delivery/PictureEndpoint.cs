using Microsoft.AspNetCore.Http;
using Pipeline.Assets.Delivery;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Delivery;

/// <summary><c>GET /api/assets/{id}/picture</c>: srcset, sizes and a whole picture element. Anonymous for public assets.</summary>
internal sealed class PictureEndpoint(VisibleAssets assets)
{
    private const int MaxSizes = 1_000;
    private const int MaxAlt = 1_000;
    private const int MaxClass = 500;
    private const string DefaultSizes = "100vw";

    // The page may load a picture when a person scrolls to it.
    private static readonly TimeSpan PrivateUrlLife = TimeSpan.FromHours(1);

    public async Task<IResult> HandleAsync(Guid id, string? sizes, string? alt, string? @class, HttpContext context, CancellationToken cancellationToken)
    {
        VisibleAssets.SetCaching(context.Response, null);
        if (await assets.FindAsync(id, context.User, cancellationToken) is not { } asset) return Problem.NotFound().ToResult();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (Error(sizes, MaxSizes) is { } wrongSizes) errors["sizes"] = [wrongSizes];
        if (Error(alt, MaxAlt) is { } wrongAlt) errors["alt"] = [wrongAlt];
        if (Error(@class, MaxClass) is { } wrongClass) errors["class"] = [wrongClass];
        if (errors.Count > 0) return Problem.Invalid(errors).ToResult();

        var attributes = new PictureAttributes(string.IsNullOrWhiteSpace(sizes) ? DefaultSizes : sizes, alt ?? "", @class ?? "");
        if (Picture.Of(asset.Publication, attributes, variant => assets.UrlOf(asset, variant, PrivateUrlLife)) is not { } picture) return Problem.NotFound().ToResult();
        VisibleAssets.SetCaching(context.Response, asset);
        return Results.Ok(picture);
    }

    private static string? Error(string? text, int most) => text switch
    {
        null => null,
        _ when text.Length > most => $"must have at most {most} characters",
        _ when text.Any(char.IsControl) => "must not hold control characters or line ends",
        _ => null,
    };
}
