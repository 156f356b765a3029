using Pipeline.Contracts;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Placeholders;

/// <summary>Makes the placeholder that a page shows until the first variant has loaded.</summary>
internal static class PlaceholderMaker
{
    /// <summary>Upper bound of the data URI in characters; kept short because every page that lists the asset contains it.</summary>
    public const int MaxDataUrl = 400;

    /// <summary>Side lengths of the tiny picture, tried in order until the data URI is short enough; the last one always is.</summary>
    private static readonly int[] TinySides = [24, 16, 8, 1];

    /// <summary>The image at the size that <see cref="Make"/> needs.</summary>
    public static Bitmap Thumb(Bitmap bitmap, CancellationToken cancellationToken) => Fit(bitmap, ThumbHash.MaxSide, cancellationToken);

    public static Placeholder Make(Bitmap thumb, CancellationToken cancellationToken) => new()
    {
        ThumbHash = Convert.ToBase64String(ThumbHash.Of(thumb)),
        DataUrl = TinySides.Select(side => DataUrl(thumb, side, cancellationToken)).First(url => url.Length < MaxDataUrl),
        Color = DominantColour.Of(thumb).ToString(),
    };

    private static string DataUrl(Bitmap thumb, int side, CancellationToken cancellationToken)
    {
        using var tiny = Fit(thumb, side, cancellationToken);
        using var webp = WebpEncoder.Encode(tiny, quality: 30, effort: 4, cancellationToken);
        return "data:image/webp;base64," + Convert.ToBase64String(webp.Bytes);
    }

    private static Bitmap Fit(Bitmap bitmap, int side, CancellationToken cancellationToken)
    {
        var scale = Math.Min(1, (double)side / Math.Max(bitmap.Width, bitmap.Height));
        return VipsResize.To(bitmap, Scaled(bitmap.Width, scale), Scaled(bitmap.Height, scale), cancellationToken);
    }

    private static int Scaled(int length, double scale) => Math.Max(1, (int)Math.Round(length * scale, MidpointRounding.AwayFromZero));
}
