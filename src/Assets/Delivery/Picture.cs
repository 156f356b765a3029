using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Pipeline.Contracts;

namespace Pipeline.Assets.Delivery;

/// <summary>An asset as an HTML picture.</summary>
/// <param name="Srcset">The value of srcset by format: the URL and width of each variant.</param>
/// <param name="Sizes">The value of sizes.</param>
/// <param name="Width">Of the largest picture, in pixels.</param>
/// <param name="Height">Of the largest picture, in pixels.</param>
/// <param name="Placeholder">To show before the picture has loaded.</param>
/// <param name="Html">A whole picture element; all values are escaped.</param>
public sealed record PictureView(IReadOnlyDictionary<string, string> Srcset, string Sizes, int Width, int Height, Placeholder? Placeholder, string Html);

/// <summary>The attributes that a page chooses.</summary>
/// <param name="Sizes">How wide the page shows the picture.</param>
/// <param name="Alt">Says what the picture shows; empty for decoration.</param>
/// <param name="Class">Classes of the img element; empty for none.</param>
public sealed record PictureAttributes(string Sizes, string Alt, string Class);

/// <summary>Makes the picture element of an asset: the smallest formats first, and an img that every browser shows.</summary>
public static class Picture
{
    // All letters stay readable; the encoder escapes what is special in HTML, whatever it is allowed.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <param name="publication">The published variants.</param>
    /// <param name="attributes">What the page chooses.</param>
    /// <param name="urlOf">The URL of a variant.</param>
    /// <returns>Null if there is no variant that a page can show.</returns>
    public static PictureView? Of(Publication publication, PictureAttributes attributes, Func<AssetVariant, Uri> urlOf)
    {
        var shown = VariantChoice.Scaled([.. publication.Shown()]);
        if (shown.Count == 0) return null;
        var srcset = shown.ToDictionary(
            group => group.Key,
            group => string.Join(", ", group.Value.Select(v => string.Create(CultureInfo.InvariantCulture, $"{UrlInSet(urlOf(v))} {v.Width}w"))),
            StringComparer.Ordinal);

        // Every browser shows JPEG; without one, the last is the most common of the others.
        var fallback = shown.GetValueOrDefault("jpeg") ?? shown[VariantChoice.Formats.Last(shown.ContainsKey)];
        var format = fallback[0].Format;
        var html = new StringBuilder("<picture>");
        foreach (var other in VariantChoice.Formats.Where(f => f != format && shown.ContainsKey(f)))
            html.Append("<source").Add("type", $"image/{other}").Add("srcset", srcset[other]).Add("sizes", attributes.Sizes).Append('>');
        var largest = fallback[^1];
        html.Append("<img").Add("src", urlOf(largest).AbsoluteUri).Add("srcset", srcset[format]).Add("sizes", attributes.Sizes)
            .Add("width", largest.Width.ToString(CultureInfo.InvariantCulture)).Add("height", largest.Height.ToString(CultureInfo.InvariantCulture))
            .Add("alt", attributes.Alt);
        if (attributes.Class.Length > 0) html.Add("class", attributes.Class);
        html.Add("loading", "lazy").Add("decoding", "async").Append("></picture>");
        return new PictureView(srcset, attributes.Sizes, largest.Width, largest.Height, publication.Placeholder, html.ToString());
    }

    // A comma ends a candidate of srcset.
    private static string UrlInSet(Uri url) => url.AbsoluteUri.Replace(",", "%2C", StringComparison.Ordinal);

    private static StringBuilder Add(this StringBuilder html, string name, string value) => html.Append(' ').Append(name).Append("=\"").Append(Html.Encode(value)).Append('"');
}
