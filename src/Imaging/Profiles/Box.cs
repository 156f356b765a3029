using System.Globalization;

namespace Pipeline.Imaging.Profiles;

/// <summary>A size that an image is brought into; as text <c>64x64</c>, which is also what its variants are called.</summary>
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

/// <summary>How an image comes into a box.</summary>
public enum Fit
{
    /// <summary>All of it, as large as the box allows: the variant is smaller than the box in one direction.</summary>
    Inside,

    /// <summary>All of it, and the rest of the box is filled: the variant has the size of the box.</summary>
    Contain,

    /// <summary>It fills the box and what stands over is cut off: the variant has the size of the box unless the image is smaller.</summary>
    Cover,
}

/// <summary>Which part of an image a crop keeps where nobody has set a focal point.</summary>
public enum Crop
{
    /// <summary>What a person looks at first: skin, saturated colours, edges.</summary>
    Attention,

    /// <summary>Where most detail is.</summary>
    Entropy,

    /// <summary>The middle.</summary>
    Centre,
}
