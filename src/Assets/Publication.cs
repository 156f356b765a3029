using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets;

/// <summary>What is published of an asset; replaced as one value, so that readers see all of one revision or all of another.</summary>
public sealed record Publication
{
    /// <summary>The revision that made it.</summary>
    public required int Revision { get; init; }

    /// <summary>The frozen bytes it was made of.</summary>
    public required FrozenOriginal Original { get; init; }

    /// <summary>Pixels, upright.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, upright.</summary>
    public required int Height { get; init; }

    /// <summary>1 for a still image.</summary>
    public required int Frames { get; init; }

    /// <summary>What a page shows first.</summary>
    public required Placeholder Placeholder { get; init; }

    /// <summary>Smallest first.</summary>
    public required IReadOnlyList<AssetVariant> Variants { get; init; }

    /// <summary>The recipe of the variants.</summary>
    public required string Recipe { get; init; }

    /// <summary>
    /// The variants that can be shown. A row may be older than the rules for what comes by the bus, or somebody has edited it: what has no name
    /// or no key is left out, so that it costs nobody the rest of a list.
    /// </summary>
    public IEnumerable<AssetVariant> Shown() =>
        (Variants ?? []).Where(v => v is { Name: not null, Format: not null } && ObjectKey.TryParse(v.Key, out _));

    internal static Publication From(AssetReady ready) => new()
    {
        Revision = ready.Revision,
        Original = ready.Original,
        Width = ready.Width,
        Height = ready.Height,
        Frames = ready.Frames,
        Placeholder = ready.Placeholder,
        Variants = ready.Variants,
        Recipe = ready.Recipe,
    };
}
