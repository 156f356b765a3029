using System.Globalization;

namespace Pipeline.Imaging.Profiles;

/// <summary>A size that an image is fitted into. Its text form, such as <c>64x64</c>, is also the name of its variants.</summary>
public sealed record Box(int Width, int Height)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Width}x{Height}");

    internal static bool TryParse(string? text, out Box box)
    {
        var sides = (text ?? string.Empty).Split('x');
        var (width, height) = (0, 0);
        var ok = sides.Length == 2
            && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out width)
            && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out height);
        box = new Box(width, height);
        return ok;
    }
}

/// <summary>How an image is fitted into a box.</summary>
public enum Fit
{
    /// <summary>The whole image, as large as the box allows: the variant can be smaller than the box in one direction.</summary>
    Inside,

    /// <summary>The whole image, and the rest of the box is padded with colour: the variant has the size of the box.</summary>
    Contain,

    /// <summary>The image fills the box and is cropped to it: the variant has the size of the box unless the image is smaller.</summary>
    Cover,
}

/// <summary>The part of an image that a crop keeps if no focal point is set.</summary>
public enum Crop
{
    /// <summary>The part that people look at first: skin, saturated colours, edges.</summary>
    Attention,

    /// <summary>The part with the most detail.</summary>
    Entropy,

    /// <summary>The middle.</summary>
    Centre,
}
