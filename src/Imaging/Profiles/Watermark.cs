namespace Pipeline.Imaging.Profiles;

/// <summary>A picture that is drawn over variants.</summary>
public sealed record Watermark
{
    /// <summary>
    /// Name of the object below <c>watermarks/</c> in the originals area; PNG or WebP, best with alpha. Each worker reads it once.
    /// </summary>
    public string Key { get; init; } = string.Empty;

    /// <summary>Its position. Default <see cref="Gravity.SouthEast"/>.</summary>
    public Gravity Gravity { get; init; } = Gravity.SouthEast;

    /// <summary>0.01–1, multiplied by its own alpha. Default 0.5.</summary>
    public double Opacity { get; init; } = 0.5;

    /// <summary>Its width as a fraction of the variant's width, 0.01–1. Default 0.2; it is never enlarged.</summary>
    public double Scale { get; init; } = 0.2;
}

/// <summary>A position in an image. At an edge, the margin is a fiftieth of the shorter side.</summary>
public enum Gravity
{
    /// <summary>Lower right.</summary>
    SouthEast,

    /// <summary>Lower left.</summary>
    SouthWest,

    /// <summary>Upper right.</summary>
    NorthEast,

    /// <summary>Upper left.</summary>
    NorthWest,

    /// <summary>In the middle of the upper edge.</summary>
    North,

    /// <summary>In the middle of the lower edge.</summary>
    South,

    /// <summary>In the middle of the right edge.</summary>
    East,

    /// <summary>In the middle of the left edge.</summary>
    West,

    /// <summary>In the middle.</summary>
    Centre,
}
