namespace Pipeline.Contracts;

/// <summary>All variants of an asset are published. Published by Processor, consumed by UploadApi.</summary>
public sealed record AssetReady
{
    /// <summary>The asset.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>The revision of the request.</summary>
    public required int Revision { get; init; }

    /// <summary>The attempt of the request.</summary>
    public required int Attempt { get; init; }

    /// <summary>The frozen original: the very bytes that were scanned and decoded.</summary>
    public required FrozenOriginal Original { get; init; }

    /// <summary>Width in pixels as a person sees it, after the orientation was applied.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels as a person sees it, after the orientation was applied.</summary>
    public required int Height { get; init; }

    /// <summary>Number of frames; 1 for a still image.</summary>
    public required int Frames { get; init; }

    /// <summary>What a page shows before the first variant has loaded.</summary>
    public required Placeholder Placeholder { get; init; }

    /// <summary>The published variants, smallest first, and for each width JPEG before WebP.</summary>
    public required IReadOnlyList<AssetVariant> Variants { get; init; }

    /// <summary>Hash of source bytes, profile and engine version; the same recipe always gives the same objects.</summary>
    public required string Recipe { get; init; }

    /// <summary>Name and version of what scanned the file, for the timeline.</summary>
    public required string Scanner { get; init; }

    /// <summary>Name and version of what made the pixels, for the timeline.</summary>
    public required string Engine { get; init; }
}

/// <summary>The frozen original of an asset.</summary>
public sealed record FrozenOriginal
{
    /// <summary>Key in the originals area.</summary>
    public required string Key { get; init; }

    /// <summary>Entity tag of the frozen object, without quotes.</summary>
    public required string ETag { get; init; }

    /// <summary>SHA-256 of the bytes in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The media type found in the bytes.</summary>
    public required string ContentType { get; init; }
}

/// <summary>What a page shows before the first variant has loaded.</summary>
public sealed record Placeholder
{
    /// <summary>ThumbHash in base64.</summary>
    public required string ThumbHash { get; init; }

    /// <summary>A tiny blurred picture as a data URI.</summary>
    public required string DataUrl { get; init; }

    /// <summary>The dominant colour as <c>#rrggbb</c>.</summary>
    public required string Color { get; init; }
}

/// <summary>One published picture of an asset.</summary>
public sealed record AssetVariant
{
    /// <summary>Name from the profile, such as <c>w640</c>. Unique together with <see cref="Format"/>.</summary>
    public required string Name { get; init; }

    /// <summary><c>jpeg</c> or <c>webp</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Media type of the object.</summary>
    public required string ContentType { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the bytes in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Key in the public area.</summary>
    public required string Key { get; init; }
}
