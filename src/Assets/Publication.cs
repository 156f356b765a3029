using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets;

/// <summary>
/// The published state of an asset. It is replaced as one value, so that readers see one whole revision, never a mix of two.
/// </summary>
public sealed record Publication
{
    /// <summary>The revision that made it.</summary>
    public required int Revision { get; init; }

    /// <summary>The frozen original that it was made from.</summary>
    public required FrozenOriginal Original { get; init; }

    /// <summary>In pixels, after the orientation was applied.</summary>
    public required int Width { get; init; }

    /// <summary>In pixels, after the orientation was applied.</summary>
    public required int Height { get; init; }

    /// <summary>1 for a still image.</summary>
    public required int Frames { get; init; }

    /// <summary>The kinds of metadata that the original has and the variants do not; null if the worker did not look.</summary>
    public IReadOnlyList<string>? Removed { get; init; }

    /// <summary>The placeholder that a page shows until a variant has loaded.</summary>
    public required Placeholder Placeholder { get; init; }

    /// <summary>Smallest first.</summary>
    public required IReadOnlyList<AssetVariant> Variants { get; init; }

    /// <summary>The recipe of the variants.</summary>
    public required string Recipe { get; init; }

    /// <summary>
    /// The variants that can be shown. The row may be older than the checks on bus messages, or someone may have edited it: variants
    /// without a name, a format or a valid key are left out, so that they do not fail a whole list.
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
        Removed = ready.Removed,
        Placeholder = ready.Placeholder,
        Variants = ready.Variants,
        Recipe = ready.Recipe,
    };
}
