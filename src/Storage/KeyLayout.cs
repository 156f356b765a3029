namespace Pipeline.Storage;

/// <summary>How the keys of an asset's originals and variants are laid out. Objects of each layout stay where they are.</summary>
public enum KeyLayout
{
    /// <summary>
    /// Below two hex digits of the id's random end, such as <c>assets/0e/{assetId}/</c>: so a store can split the keys, and listings can run
    /// side by side. New objects have this layout.
    /// </summary>
    Sharded,

    /// <summary>Directly below the area, such as <c>assets/{assetId}/</c>: the layout of earlier versions.</summary>
    Flat,
}
